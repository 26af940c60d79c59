#include "cli/input/budgets.hpp"

#include "cli/input/usage.hpp"
#include "client/text/printable.hpp"

namespace mcplumb::cli {

std::vector<Budget> budgets_of(const std::vector<std::string>& expect, const std::vector<Suite>& suites) {
  std::vector<Budget> all;
  for (const std::string& text : expect) {
    Result<Budget> budget = parse_budget(text);
    if (!budget) throw usage(printable("--expect '" + text + "', " + budget.error().what));
    all.push_back(std::move(*budget));
  }
  for (const Suite& suite : suites) all.insert(all.end(), suite.budgets.begin(), suite.budgets.end());
  return all;
}

}  // namespace mcplumb::cli
