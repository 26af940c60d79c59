// How long something may take: `tool.*.p95<300ms` on the command line (--expect), under `expect:` in suites and gate
// files. Judged over the latencies of a run that is over (record/latency.hpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/result.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

enum class BudgetStat { median, p95, max, calls };
enum class BudgetBound { less, at_most, more, at_least };

struct Budget {
  std::string text;     // as it was written
  std::string subject;  // a glob over "tool.NAME", "resource.URI", "prompt.NAME", "request.METHOD"
  BudgetStat stat = BudgetStat::p95;
  BudgetBound bound = BudgetBound::less;
  double limit = 0;       // milliseconds, or a number of calls
  std::string script_at;  // "mine.yaml:3:5"; empty: the command line
};

// GLOB.STAT BOUND LIMIT. An Error names the character, from 1, in its text.
Result<Budget> parse_budget(std::string_view text);

inline constexpr std::string_view kBudgetArea = "expect";

// Adds an outcome for each budget, "expect.1" the first, in the area "expect": failed if anything that the glob fits
// does not hold it, inconclusive if nothing that it fits was measured. Those of an earlier judging go.
void judge_budgets(const std::vector<Budget>& budgets, Run& run);

}  // namespace mcplumb
