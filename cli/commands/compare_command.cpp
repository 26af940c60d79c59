#include "cli/commands/accepted_rules.hpp"
#include "cli/commands/commands.hpp"
#include "cli/input/budgets.hpp"
#include "cli/input/files.hpp"
#include "cli/output/report_output.hpp"
#include "cli/server/signal_guard.hpp"

namespace mcplumb::cli {

int compare_command(const ComparisonFiles& options) {
  const std::vector<Budget> budgets = budgets_of(options.expect);
  Run before = read_run(options.before_file);
  Run after = read_run(options.after_file);
  for (Run* run : {&before, &after}) judge_budgets(budgets, *run);
  for (const std::string& rule : accepted_rules(options.accept)) after.accepted.push_back(rule);
  hold_signals();
  ReportOutput output(options.reports, {options.color, options.verbose});
  Comparison comparison = compare_runs(before, after);
  comparison.before.run_file = options.before_file;
  comparison.after.run_file = options.after_file;
  return output.write(comparison, options.strict);
}

}  // namespace mcplumb::cli
