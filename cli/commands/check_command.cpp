#include <cstdio>
#include <optional>

#include "cli/commands/accepted_rules.hpp"
#include "cli/commands/check_parts.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/surface_lock.hpp"
#include "cli/input/budgets.hpp"
#include "cli/input/run_options.hpp"
#include "cli/input/suites.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/report_output.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/signal_guard.hpp"
#include "conformance/assess/asked_names.hpp"
#include "conformance/record/exit_code.hpp"
#include "reports/comparison_report.hpp"

namespace mcplumb::cli {
namespace {

// The run against a lock: shows what differs, and makes the exit code that of a regression if something pinned is gone.
int hold_to(const SurfaceLock& lock, const Run& run, int code, const CheckOptions& options, FILE* screen) {
  if (!run.handshake_problem.empty() || !why_no_surface(run).empty()) return code;  // the verdict says so
  const Comparison comparison = lock.compare(run);
  const TerminalOptions terminal = terminal_options({options.color, options.verbose}, fileno(screen));
  const std::string text = "\n" + options.lock_file + " " +
                           (comparison.changes.empty() ? answer_line(comparison) + "\n"
                                                       : render_comparison(comparison, terminal, options.strict));
  if (screen == stderr)
    complain(text);
  else
    print(text);
  return exit_code(comparison, options.strict) == kRegression ? kRegression : code;
}

// No server is named, and a file is there to be judged.
bool is_file_alone(const CheckOptions& options) {
  return !options.manifest_file.empty() && options.url.empty() && options.command.empty() && options.serve.empty() &&
         options.config_file.empty();
}

}  // namespace

int check_command(const CheckOptions& options) {
  const std::vector<Suite> suites = load_suites(options.suites, &options.variables);
  if (options.suites.empty() && !is_file_alone(options))
    if (const std::string mistake = unknown_role(run_options(options), suites); !mistake.empty()) throw usage(mistake);
  if (options.list) return list_plan(suites, run_options(options));
  const std::vector<Budget> budgets = budgets_of(options.expect, suites);
  BaselineFile baseline(options, suites);
  ManifestFile manifest(options, suites);
  std::optional<SurfaceLock> lock;
  if (!options.lock_file.empty()) lock.emplace(options.lock_file);
  hold_signals();
  ReportOutput reports(options.reports, {options.color, options.verbose});
  const std::vector<std::string> accepted = accepted_rules(options.accept);
  const auto judge = [&](Run& run) {
    manifest.judge(run);
    judge_budgets(budgets, run);
    run.accepted = accepted;
    if (lock && run.handshake_problem.empty()) run.undecided = why_no_surface(run);
    baseline.apply(run);
  };
  if (options.matrix) return reports.write(run_matrix(options, suites, judge));
  Run run = is_file_alone(options) ? manifest.alone() : run_check(options, suites, judge);
  if (is_file_alone(options)) baseline.apply(run);
  baseline.update(run);
  const int code = reports.write(run);
  return lock ? hold_to(*lock, run, code, options, reports.takes_stdout() ? stderr : stdout) : code;
}

}  // namespace mcplumb::cli
