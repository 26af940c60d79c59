#include <unistd.h>

#include "cli/commands/commands.hpp"
#include "cli/input/run_options.hpp"
#include "cli/input/suites.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/report_output.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/signal_guard.hpp"
#include "conformance/assess/runner.hpp"
#include "reports/probe_report.hpp"

namespace mcplumb::cli {

int probe_command(const CheckOptions& options) {
  const std::vector<Suite> suites = load_suites({});
  const RunOptions run_with = run_options(options);
  MonotonicClock clock;
  EventLoop loop(clock);
  const SignalGuard signals(loop);
  Log log(options.verbose ? Log::Level::info : Log::Level::warning, presentable);
  const Result<Probe> probe = probe_server(suites, run_with, loop, now_rfc3339(), log);
  if (!probe) throw UsageError("mcplumb: error: " + probe.error().what);
  const TerminalOptions terminal = terminal_options({options.color, options.verbose}, STDOUT_FILENO);
  print(render_probe(*probe, terminal));
  return exit_code(probe->run);
}

}  // namespace mcplumb::cli
