// A gate file: which server, which two environments, what is run and what is tolerated (docs/gate.md).
//
// Read as strictly as a suite: an unknown key, a wrong type, a missing value is a mistake with its place.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "client/http/connection_options.hpp"
#include "client/http/secrets.hpp"
#include "client/trace.hpp"
#include "conformance/compare/compare.hpp"
#include "conformance/engine/options.hpp"
#include "conformance/language/diagnostic.hpp"
#include "conformance/language/suggestion.hpp"

namespace mcplumb {

// One of the two environments. Commands are lines for /bin/sh; {port}, {version}, {folder} and {environment} stand for
// what the gate puts there. What an environment does not say comes from the top of the file.
struct GateEnvironment {
  std::string name;                              // "before", "after"
  std::string version;                           // for {version}
  std::string command, url;                      // starts the server; its endpoint, none over stdio
  std::string directory;                         // where all commands run, relative to the gate file
  std::vector<std::string> prepare;              // run in this order before the server is started
  std::string versions;                          // prints the installed packages, one a line
  std::map<std::string, std::string> variables;  // environment variables
};

struct GateFile {
  std::string title;
  GateEnvironment before, after;
  std::vector<std::string> suites, only, skip;
  std::map<std::string, ToolRole> roles;
  Headers headers;
  std::string revision;
  std::optional<TransportKind>
      transport;          // as Target::transport; with stdio the commands speak over their standard streams
  std::string ready_log;  // text that the server's output holds once it is ready; empty = an HTTP answer will do
  std::size_t message_max = ConnectionOptions{}.message_max;  // not of the file: --max-reply
  bool strict = false;
  std::vector<Tolerance> tolerances;
  std::vector<Budget> budgets;
  ExerciseOptions exercise;  // what is called in both environments, with the same arguments
  Micros prepare_deadline = 10 * 60 * kSecond, ready_deadline = 60 * kSecond, request_deadline = 10 * kSecond,
         run_deadline = 5 * 60 * kSecond, exit_deadline = 10 * kSecond;
  Micros idle_window = 3 * kSecond, stream_window = 20 * kSecond;
};

struct GateFileResult {
  GateFile gate;  // to be used only if there are no problems
  std::vector<Diagnostic> problems;
};

// Everything in it that must not be shown.
Secrets secrets_of(const GateFile& gate);

GateFileResult read_gate_file(std::string_view text, const std::string& file);

// Replaces {name} by its value; ${name} belongs to the shell and stays, as do unknown names.
std::string fill_in(std::string_view text, const std::map<std::string, std::string>& values);
bool mentions(const GateEnvironment& environment, std::string_view placeholder);  // "version": {version} is there

Words gate_keys();         // of the file
Words environment_keys();  // of `before` and `after`
Words tolerance_keys();
Words exercise_keys();
Words deadline_keys();

}  // namespace mcplumb
