#include <unistd.h>

#include "cli/commands/accepted_rules.hpp"
#include "cli/commands/commands.hpp"
#include "cli/input/run_options.hpp"
#include "cli/input/suites.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/report_output.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/signal_guard.hpp"
#include "conformance/assess/eras.hpp"
#include "conformance/assess/runner.hpp"
#include "reports/probe_report.hpp"

namespace mcplumb::cli {

int probe_command(const CheckOptions& options) {
  const std::vector<Suite> suites = load_suites({});
  const RunOptions run_with = run_options(options);
  const std::vector<std::string> accepted = accepted_rules(options.accept);
  MonotonicClock clock;
  EventLoop loop(clock);
  const SignalGuard signals(loop);
  end_in_time(loop, options);
  Log log(options.verbose ? Log::Level::info : Log::Level::warning, presentable);
  Probe both;
  std::vector<ServerProfile> profiles;
  Result<Run> run = run_in_both_eras(run_with, [&](const RunOptions& era) -> Result<Run> {
    Result<Probe> probe = probe_server(suites, era, loop, now_rfc3339(), log);
    if (!probe) return tl::make_unexpected(probe.error());
    profiles.push_back(std::move(probe->profile));
    return std::move(probe->run);
  });
  if (!run) throw UsageError("mcplumb: error: " + run.error().what);
  both.run = std::move(*run);
  both.run.accepted = accepted;
  both.profile = std::move(profiles.front());
  if (both.run.other_era && both.run.other_era->server && profiles.size() > 1) both.other = std::move(profiles.back());
  const TerminalOptions terminal = terminal_options({options.color, options.verbose}, STDOUT_FILENO);
  print(render_probe(both, terminal));
  return exit_code(both);
}

}  // namespace mcplumb::cli
