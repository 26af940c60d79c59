// Carries out a gate: prepares each environment, starts the server in it, runs the checks, looks how it behaves and
// ends, and stops it. One environment is over before the next one begins, so both may use the same port or folder.
#pragma once

#include <functional>

#include "client/log.hpp"
#include "client/loop.hpp"
#include "conformance/gate/confirm.hpp"
#include "conformance/gate/gate_file.hpp"
#include "conformance/language/check.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

struct GatePlace {
  std::string base;     // folder of the gate file: where `directory` starts from
  std::string work;     // absolute; {folder} of an environment is a folder below it, and is made
  bool prepare = true;  // false: the environments are there already
};

struct EnvironmentResult {
  Run run;                            // without a handshake if `problem` is set
  std::string problem;                // why there is no run, one sentence; empty = there is one
  std::string folder;                 // what {folder} stood for
  bool prepared = true;               // false: `problem` is about preparing
  std::vector<std::string> versions;  // as the list command printed them
  std::vector<std::string> log;       // last lines of the command or the server that went wrong
  std::vector<std::string> doubts;
  Micros prepared_in = kNever, ready_in = kNever;
};

// Whatever goes wrong is in the result; an Error means that the gate file makes no sense (a glob of `only` that matches
// nothing). Stops early once the loop was stopped or interrupted, and leaves nothing running.
Result<EnvironmentResult> run_environment(const GateFile& gate, const GateEnvironment& environment,
                                          const GatePlace& place, const std::vector<Suite>& suites, EventLoop& loop,
                                          const std::string& started, Log& log,
                                          const std::function<void(const std::string&)>& progress = {});

// The checks once more, in an environment that was prepared for run_environment: no behaviour is looked at, and nothing
// is prepared. An Error is that of run_suites.
Result<Run> run_again(const GateFile& gate, const GateEnvironment& environment, const GatePlace& place,
                      const std::vector<Suite>& suites, Which which, EventLoop& loop, const std::string& started,
                      Log& log, const std::function<void(const std::string&)>& progress = {});

// Only these tools once more, with the same arguments, in an environment that was prepared. Absent: it could not be
// done.
std::optional<Exercise> call_again(const GateFile& gate, const GateEnvironment& environment, const GatePlace& place,
                                   const std::vector<std::string>& tools, const std::vector<Suite>& suites,
                                   EventLoop& loop, const std::string& started, Log& log,
                                   const std::function<void(const std::string&)>& progress = {});

// What is observed once more, in an environment that was prepared, without the checks; latencies only of what `ids`
// name. Empty: it could not be done.
std::vector<Observation> observe_again(const GateFile& gate, const GateEnvironment& environment, const GatePlace& place,
                                       const std::vector<std::string>& ids, const std::vector<Suite>& suites,
                                       EventLoop& loop, const std::string& started, Log& log,
                                       const std::function<void(const std::string&)>& progress = {});

// What two results come to. `before` alone, without a run, makes it unknown.
Comparison compare_environments(const GateFile& gate, const EnvironmentResult& before, const EnvironmentResult& after);

std::string folder_of(const GatePlace& place, const GateEnvironment& environment);

}  // namespace mcplumb
