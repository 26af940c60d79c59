#include "cli/commands/commands.hpp"
#include "cli/server/signal_guard.hpp"
#include "conformance/gate/gate_file.hpp"

#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "cli/commands/gate_support.hpp"
#include "cli/output/report_output.hpp"
#include "cli/output/terminal.hpp"

namespace mcplumb::cli {
namespace {

// An after that was never reached has no part in the report but its name.
EnvironmentResult not_run(const EventLoop& loop) {
  EnvironmentResult result;
  result.run.interrupted = result.run.cancelled = loop.interrupted();
  result.run.handshake_problem = result.problem = loop.interrupted() ? "interrupted before it began" : "not run";
  return result;
}

}  // namespace

int gate_command(const GateOptions& options) {
  GateFile gate = load_gate(options);
  const std::vector<Suite> suites = load_gate_suites(gate, options.file);
  MonotonicClock clock;
  EventLoop loop(clock);
  const SignalGuard signals(loop);
  ReportOutput output(options.reports, {options.color, options.verbose});
  Log log(options.verbose ? Log::Level::info : Log::Level::warning, presentable);
  GateWorkspace room(gate, options, suites, loop, log);
  EnvironmentResult before = room.run(gate.before);
  loop.poll();  // while the run was written, a signal may have come
  const bool go_on = before.prepared && !loop.interrupted();
  EnvironmentResult after = go_on ? room.run(gate.after) : not_run(loop);
  room.confirm(gate.before, before, gate.after, after);
  if (loop.interrupted()) after.run.interrupted = after.run.cancelled = true;
  Comparison comparison = compare_environments(gate, before, after);
  comparison.before.run_file = room.run_file(gate.before);
  comparison.after.run_file = room.run_file(gate.after);
  return output.write(comparison, options.strict || gate.strict);
}

}  // namespace mcplumb::cli
