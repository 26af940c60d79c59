// What is tested: a URL, a program that speaks over its standard streams, or a program that serves HTTP.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "client/http/connection_options.hpp"
#include "client/http/secrets.hpp"
#include "client/trace.hpp"

namespace mcplumb {

struct Target {
  std::string shown;                 // as the user gave it, if that differs from what to_string would make of the rest
  std::string url;                   // the MCP endpoint; empty for stdio
  std::vector<std::string> command;  // stdio: the program and its arguments; empty for HTTP
  std::string serve;                 // shell command that serves `url`; {port} stands for a free port, in `url` too
  std::string directory;             // where a program is started; empty = here
  std::vector<std::pair<std::string, std::string>> environment;  // of a program, beyond our own
  std::optional<TransportKind> transport;                        // absent: find out
  Headers headers;                   // the user's, on every HTTP request: Authorization and the like
  std::string other_bearer;          // token of a second user, for what compares two; empty = there is none
  std::vector<std::string> secrets;  // that were read for it, beyond what its members show
  ConnectionOptions connection;
  std::string ready_log;  // text that a served program's output holds once it is ready; empty = an answer will do
  Micros start_deadline = 30 * kSecond;  // for a program to start and to answer first

  static Target at(std::string url);                        // an HTTP server that runs already
  static Target program(std::vector<std::string> command);  // speaks over its standard streams

  bool is_stdio() const { return !command.empty(); }
};

// As it stands on a command line: the URL, `-- command arguments`, or `--serve 'command' --url URL`.
std::string to_string(const Target& target);

// Everything in it that must not be shown.
Secrets secrets_of(const Target& target);

// An environment can hold a variable of this name: it is not empty, and has neither `=` nor NUL in it.
bool may_name_variable(std::string_view name);

// The words as a shell would read them back.
std::string command_line(const std::vector<std::string>& words);

}  // namespace mcplumb
