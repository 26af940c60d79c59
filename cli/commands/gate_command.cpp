#include "cli/commands/commands.hpp"
#include "cli/server/signal_guard.hpp"
#include "conformance/gate/gate_file.hpp"
#include "conformance/record/exit_code.hpp"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "cli/commands/gate_support.hpp"
#include "cli/output/report_output.hpp"
#include "cli/output/terminal.hpp"

namespace mcplumb::cli {
namespace {

// An after that was never reached has no part in the report but its name.
EnvironmentResult not_run(const std::string& why) {
  EnvironmentResult result;
  result.run.handshake_problem = result.problem = why;
  return result;
}

// The cause where there is no answer: that of the run before, if that says more than "incomplete".
int code_of(const Comparison& comparison, bool strict) {
  const int code = exit_code(comparison, strict);
  const int before = comparison.before.exit_code;
  return code == kNothingJudged && (before == kUnreachable || before == kAuthorization) ? before : code;
}

}  // namespace

int gate_command(const GateOptions& options) {
  const GateFile gate = load_gate(options.file);
  const std::vector<Suite> suites = load_gate_suites(gate, options.file);
  ReportOutput output(options.reports, {options.color, options.verbose});
  MonotonicClock clock;
  EventLoop loop(clock);
  const SignalGuard signals(loop);
  Log log(options.verbose ? Log::Level::info : Log::Level::warning, presentable);
  GateWorkspace room(gate, options, suites, loop, log);
  const EnvironmentResult before = room.run(gate.before);
  const bool go_on = before.prepared && !loop.stopped();
  const EnvironmentResult after =
      go_on ? room.run(gate.after) : not_run(loop.stopped() ? "interrupted before it began" : "not run");
  Comparison comparison = compare_environments(gate, before, after);
  comparison.before.run_file = room.run_file(gate.before);
  comparison.after.run_file = room.run_file(gate.after);
  if (loop.stopped()) comparison.incomplete = true;
  output.write(comparison, options.strict);
  return code_of(comparison, options.strict || gate.strict);
}

}  // namespace mcplumb::cli
