#include "cli/commands/accepted_rules.hpp"
#include "cli/commands/check_parts.hpp"
#include "cli/commands/commands.hpp"
#include "cli/input/budgets.hpp"
#include "cli/input/suites.hpp"
#include "cli/output/report_output.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/signal_guard.hpp"

namespace mcplumb::cli {

// What the calls bring is judged by every check that watches; none sends anything else.
int exercise_command(const CheckOptions& given) {
  CheckOptions options = given;
  if (options.call_tools.empty()) options.call_tools = {"safe"};
  std::vector<Suite> suites = load_suites(options.suites, &options.variables);
  for (Suite& suite : suites) std::erase_if(suite.checks, [](const Check& check) { return !check.steps.empty(); });
  hold_signals();
  ReportOutput reports(options.reports, {options.color, options.verbose});
  const std::vector<std::string> accepted = accepted_rules(options.accept);
  const std::vector<Budget> budgets = budgets_of(options.expect, suites);
  const Run run = run_check(options, suites, [&](Run& each) {
    each.accepted = accepted;
    judge_budgets(budgets, each);
    // What the calls brought nothing of was not asked for.
    std::erase_if(each.outcomes, [](const Outcome& outcome) { return outcome.verdict == Verdict::skip; });
  });
  const int code = reports.write(run);
  if (code != kConforms || (run.exercise && run.exercise->asked() > 0)) return code;
  complain("mcplumb: no tool was called, so nothing is known of them; --tools all or --tools NAME allows more\n");
  return kNothingJudged;
}

}  // namespace mcplumb::cli
