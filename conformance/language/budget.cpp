#include "conformance/language/budget.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/language/duration.hpp"
#include "conformance/language/selection.hpp"
#include "conformance/language/suggestion.hpp"
#include "conformance/record/latency.hpp"

namespace mcplumb {
namespace {

constexpr std::array<std::string_view, 4> kStats = {"median", "p95", "max", "calls"};
constexpr std::array<std::string_view, 4> kBounds = {"<", "<=", ">", ">="};
constexpr std::array<std::string_view, 4> kKinds = {"tool", "resource", "prompt", "request"};
constexpr std::size_t kLongest = 500, kShown = 20;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

class BudgetReader {
 public:
  explicit BudgetReader(std::string_view text) : text_(text) {}

  Result<Budget> read() {
    if (text_.size() > kLongest) return wrong(kLongest, "it is too long");
    const std::size_t bound = text_.find_first_of("<>");
    if (bound == text_.npos) return wrong(text_.size(), "a bound is missing: <, <=, > or >=, and behind it a limit");
    const std::size_t limit = bound + (text_.substr(bound + 1).starts_with('=') ? 2 : 1);
    budget_.text = std::string(trimmed(text_));
    budget_.bound = static_cast<BudgetBound>(*index_of(text_.substr(bound, limit - bound), kBounds));
    if (auto problem = read_left(text_.substr(0, bound)); !problem) return tl::make_unexpected(problem.error());
    if (auto problem = read_limit(limit); !problem) return tl::make_unexpected(problem.error());
    return std::move(budget_);
  }

 private:
  tl::unexpected<Error> wrong(std::size_t at, const std::string& what) const {
    return failure("character " + std::to_string(at + 1) + ": " + what);
  }

  // "tool.*.p95": the last dot counts, for names and URIs have dots.
  Result<bool> read_left(std::string_view left) {
    const std::string_view whole = trimmed(left);
    const std::size_t begin = left.find_first_not_of(' '), dot = whole.rfind('.');
    if (dot == whole.npos || dot == 0)
      return wrong(begin == left.npos ? 0 : begin, "write what is measured, a dot and one of " + listed(kStats));
    const std::string_view stat = whole.substr(dot + 1);
    const auto found = index_of(stat, kStats);
    if (!found)
      return wrong(begin + dot + 1,
                   "`" + std::string(stat) + "` is none of " + listed(kStats) + suggestion(stat, kStats));
    budget_.stat = static_cast<BudgetStat>(*found);
    budget_.subject = std::string(whole.substr(0, dot));
    return check_kind(begin);
  }

  // What can never fit anything is a mistake.
  Result<bool> check_kind(std::size_t begin) const {
    const std::string_view kind = std::string_view(budget_.subject).substr(0, budget_.subject.find('.'));
    if (kind.find_first_of("*?") != kind.npos || index_of(kind, kKinds)) return true;
    return wrong(begin, "`" + std::string(kind) + "` is nothing that is measured; there are " + listed(kKinds) +
                            suggestion(kind, kKinds));
  }

  Result<bool> read_limit(std::size_t at) {
    const std::string_view limit = trimmed(text_.substr(at));
    at = std::min(text_.find_first_not_of(' ', at), text_.size());
    if (budget_.stat == BudgetStat::calls) {
      std::size_t number = 0;
      const auto [end, problem] = std::from_chars(limit.data(), limit.data() + limit.size(), number);
      if (problem != std::errc() || end != limit.data() + limit.size())
        return wrong(at, "`" + std::string(limit) + "` is not a number of calls");
      budget_.limit = static_cast<double>(number);
      return true;
    }
    const auto span = parse_duration(limit);
    if (!span) return wrong(at, "`" + std::string(limit) + "` is not a duration; write 300ms, 2s or 1m");
    budget_.limit = static_cast<double>(span->count());
    if (limit.ends_with("ms"))
      std::from_chars(limit.data(), limit.data() + limit.size(), budget_.limit);  // of parts, too
    return true;
  }

  std::string_view text_;
  Budget budget_;
};

double measured(const Observation& latency, BudgetStat stat) {
  switch (stat) {
    case BudgetStat::median:
      return *latency.number;
    case BudgetStat::p95:
      return latency.samples->p95;
    case BudgetStat::max:
      return latency.samples->most;
    case BudgetStat::calls:
      break;
  }
  return static_cast<double>(latency.samples->count);
}

bool holds(double value, BudgetBound bound, double limit) {
  switch (bound) {
    case BudgetBound::less:
      return value < limit;
    case BudgetBound::at_most:
      return value <= limit;
    case BudgetBound::more:
      return value > limit;
    case BudgetBound::at_least:
      break;
  }
  return value >= limit;
}

std::string in_unit(double value, BudgetStat stat) {
  return stat == BudgetStat::calls ? std::to_string(static_cast<std::size_t>(value))
                                   : span_text(std::llround(value * kMillisecond));
}

Finding finding_of(const Budget& budget, const Observation& latency) {
  Finding finding;
  finding.path =
      std::string(subject_of_latency(latency)) + "." + std::string(kStats[static_cast<std::size_t>(budget.stat)]);
  finding.expected =
      std::string(kBounds[static_cast<std::size_t>(budget.bound)]) + " " + in_unit(budget.limit, budget.stat);
  finding.actual = in_unit(measured(latency, budget.stat), budget.stat) + " (" + latency.value + ", longest " +
                   in_unit(latency.samples->most, BudgetStat::max) + ")";
  finding.script_at = budget.script_at;
  finding.revision = latency.revision;
  return finding;
}

std::string nothing_measured(const Budget& budget, const Run& run) {
  const std::string text = "nothing was measured that fits `" + budget.subject + "`";
  if (!run.handshake_problem.empty()) return text + ": there was no session";
  const std::string_view kind = std::string_view(budget.subject).substr(0, budget.subject.find('.'));
  for (const auto& [name, option] :
       {std::pair("tool", "--tools"), std::pair("resource", "--resources"), std::pair("prompt", "--prompts")}) {
    const std::string start = std::string(name) + ".";
    const bool any = std::any_of(run.observations.begin(), run.observations.end(), [&](const Observation& each) {
      return is_latency(each) && each.id.starts_with(start);
    });
    if (kind == name && !any) return text + "; " + option + " allows what is to be called";
  }
  return text;
}

Outcome outcome_of(const Budget& budget, std::size_t number, const Run& run) {
  Outcome outcome;
  outcome.id = std::string(kBudgetArea) + "." + std::to_string(number);
  outcome.title = budget.text;
  outcome.suite = kBudgetArea;
  for (const Observation& each : run.observations) {
    if (!is_latency(each) || !each.number || !glob_matches(budget.subject, subject_of_latency(each))) continue;
    ++outcome.judged;
    if (!holds(measured(each, budget.stat), budget.bound, budget.limit) && outcome.findings.size() < kShown)
      outcome.findings.push_back(finding_of(budget, each));
  }
  if (!outcome.findings.empty()) {
    outcome.verdict = Verdict::fail;
  } else if (outcome.judged == 0) {
    outcome.verdict = Verdict::inconclusive;
    outcome.reason = nothing_measured(budget, run);
  }
  return outcome;
}

}  // namespace

Result<Budget> parse_budget(std::string_view text) { return BudgetReader(text).read(); }

void judge_budgets(const std::vector<Budget>& budgets, Run& run) {
  if (budgets.empty()) return;
  std::erase_if(run.outcomes, [](const Outcome& outcome) { return outcome.suite == kBudgetArea; });
  for (std::size_t i = 0; i < budgets.size(); ++i) run.outcomes.push_back(outcome_of(budgets[i], i + 1, run));
}

}  // namespace mcplumb
