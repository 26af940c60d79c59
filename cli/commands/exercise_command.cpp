#include <algorithm>

#include "cli/commands/accepted_rules.hpp"
#include "cli/commands/check_parts.hpp"
#include "cli/commands/commands.hpp"
#include "cli/input/budgets.hpp"
#include "cli/input/run_options.hpp"
#include "cli/input/suites.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/report_output.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/signal_guard.hpp"
#include "client/jsonrpc/message.hpp"
#include "conformance/assess/asked_names.hpp"

namespace mcplumb::cli {
namespace {

// The specification does not forbid a tool to be silent, or to break inside, nor a resource or a prompt; whoever asks
// gets nothing all the same.
bool keeps_from_working(const ToolFault& fault) {
  if (fault.by_chance) return false;
  return fault.kind == ToolFaultKind::silent || fault.kind == ToolFaultKind::session ||
         (fault.kind == ToolFaultKind::crashed && fault.fits);
}

// Why nothing was called although more was allowed: what is offered could not be read. Empty: that is not the reason.
std::string why_none_called(const Run& run) {
  if (!run.surface || run.surface->problems.empty() || (run.exercise && run.exercise->asked() > 0)) return "";
  return "nothing was called: " + run.surface->problems.front();
}

// "these tools do not work: find (silent), add (crashed); these resources do not work: …"
std::string what_is_broken(const Run& run) {
  std::string text;
  if (!run.exercise) return text;
  for (const auto& [kind, uses] :
       {std::pair("tools", &run.exercise->tools), std::pair("resources", &run.exercise->resources),
        std::pair("prompts", &run.exercise->prompts)}) {
    std::string broken;
    for (const ToolUse& use : *uses) {
      const auto fault = std::find_if(use.faults.begin(), use.faults.end(),
                                      [](const ToolFault& each) { return keeps_from_working(each); });
      if (fault == use.faults.end()) continue;
      broken += (broken.empty() ? "" : ", ") + presentable(shortened(use.tool, 60)) + " (" +
                std::string(to_string(fault->kind)) + ")";
    }
    if (!broken.empty())
      text += (text.empty() ? "these " : "; these ") + std::string(kind) + " do not work: " + shortened(broken, 400);
  }
  return text;
}

}  // namespace

// What the calls bring is judged by every check that watches; none sends anything else.
int exercise_command(const CheckOptions& given) {
  CheckOptions options = given;
  if (options.call_tools.empty()) options.call_tools = {"safe"};
  std::vector<Suite> suites = load_suites(options.suites, &options.variables);
  if (options.suites.empty())
    if (const std::string mistake = unknown_role(run_options(options), suites); !mistake.empty()) throw usage(mistake);
  for (Suite& suite : suites) std::erase_if(suite.checks, [](const Check& check) { return !check.steps.empty(); });
  hold_signals();
  ReportOutput reports(options.reports, {options.color, options.verbose});
  const std::vector<std::string> accepted = accepted_rules(options.accept);
  const std::vector<Budget> budgets = budgets_of(options.expect, suites);
  Run run = run_check(options, suites, [&](Run& each) {
    each.accepted = accepted;
    judge_budgets(budgets, each);
    each.undecided = why_none_called(each);
    // What the calls brought nothing of was not asked for.
    std::erase_if(each.outcomes, [](const Outcome& outcome) { return outcome.verdict == Verdict::skip; });
  });
  const int code = reports.write(run);
  if (const std::string broken = what_is_broken(run); code == kConforms && !broken.empty()) {
    complain("mcplumb: no check failed, but " + broken + "\n");
    return kHarmful;
  }
  if (code != kConforms || (run.exercise && run.exercise->asked() > 0)) return code;
  complain("mcplumb: no tool was called, so nothing is known of them; --tools all or --tools NAME allows more\n");
  return kNothingJudged;
}

}  // namespace mcplumb::cli
