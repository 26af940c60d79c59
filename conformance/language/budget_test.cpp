#include "conformance/language/budget.hpp"

#include <doctest/doctest.h>

#include "conformance/record/latency.hpp"

namespace mcplumb {
namespace {

std::string mistake_in_budget(const char* text) {
  const Result<Budget> read = parse_budget(text);
  return read ? "none" : read.error().what;
}

Run run_that_took(const char* subject, std::vector<Micros> spans) {
  Run run;
  run.observations.push_back(latency_observation(subject, "a call", times_of(std::move(spans))));
  run.observations.push_back({"time.start", "start", "5 s", 5000, "ms", std::nullopt});
  return run;
}

Outcome outcome_under(const char* budget, Run run) {
  judge_budgets({*parse_budget(budget)}, run);
  REQUIRE(run.outcomes.size() == 1);
  return run.outcomes.front();
}

TEST_CASE("budget: is a glob, what of it, a bound and a limit") {
  const Result<Budget> read = parse_budget("tool.*.p95<300ms");
  REQUIRE(read);
  CHECK(read->subject == "tool.*");
  CHECK(read->stat == BudgetStat::p95);
  CHECK(read->bound == BudgetBound::less);
  CHECK(read->limit == 300);
  const Result<Budget> spaced = parse_budget(" resource.file:///a.txt.max >= 1.5s ");
  REQUIRE(spaced);
  CHECK(spaced->subject == "resource.file:///a.txt");
  CHECK(spaced->bound == BudgetBound::at_least);
  CHECK(spaced->limit == 1500);
  CHECK(spaced->text == "resource.file:///a.txt.max >= 1.5s");
  CHECK(parse_budget("*.calls>=5")->limit == 5);
  CHECK(parse_budget("*.max<0.25ms")->limit == 0.25);
}

TEST_CASE("budget: a mistake is told with its place") {
  CHECK(mistake_in_budget("tool.*.p95") == "character 11: a bound is missing: <, <=, > or >=, and behind it a limit");
  CHECK(mistake_in_budget("tool.*.p59<1s") ==
        "character 8: `p59` is none of median, p95, max and calls; did you mean `p95`?");
  CHECK(mistake_in_budget("tools.*.p95<1s") ==
        "character 1: `tools` is nothing that is measured; there are tool, resource, prompt and request; did you mean "
        "`tool`?");
  CHECK(mistake_in_budget("tool.*.p95< 300") == "character 13: `300` is not a duration; write 300ms, 2s or 1m");
  CHECK(mistake_in_budget("tool.*.calls<5ms") == "character 14: `5ms` is not a number of calls");
  CHECK(mistake_in_budget("tool.*.p95<").starts_with("character 12: `` is not a duration"));
  CHECK(mistake_in_budget("<5ms").starts_with("character 1: write what is measured"));
  CHECK(mistake_in_budget("").starts_with("character 1: a bound is missing"));
  CHECK(mistake_in_budget("tool.*.p95==5ms").starts_with("character 16: a bound is missing"));
}

TEST_CASE("budget: what does not hold it fails, and is told with its samples") {
  const std::vector<Micros> spans = {10 * kMillisecond, 20 * kMillisecond, 400 * kMillisecond};
  CHECK(outcome_under("tool.*.median<300ms", run_that_took("tool.slow", spans)).verdict == Verdict::pass);
  const Outcome failed = outcome_under("tool.*.max < 300ms", run_that_took("tool.slow", spans));
  CHECK(failed.verdict == Verdict::fail);
  CHECK(failed.id == "expect.1");
  CHECK(failed.suite == "expect");
  CHECK(failed.title == "tool.*.max < 300ms");
  REQUIRE(failed.findings.size() == 1);
  CHECK(failed.findings[0].path == "tool.slow.max");
  CHECK(failed.findings[0].expected == "< 300 ms");
  CHECK(failed.findings[0].actual == "400 ms (median 20 ms, p95 400 ms, 3 calls, longest 400 ms)");
  CHECK(outcome_under("tool.slow.calls>=3", run_that_took("tool.slow", spans)).verdict == Verdict::pass);
  CHECK(outcome_under("tool.slow.calls>3", run_that_took("tool.slow", spans)).verdict == Verdict::fail);
}

TEST_CASE("budget: what fits nothing is left open, and says what would let it be measured") {
  const Outcome open = outcome_under("tool.*.max<300ms", run_that_took("request.ping", {1000}));
  CHECK(open.verdict == Verdict::inconclusive);
  CHECK(open.reason == "nothing was measured that fits `tool.*`; --tools allows what is to be called");
  CHECK(outcome_under("tool.other.max<300ms", run_that_took("tool.slow", {1000})).reason ==
        "nothing was measured that fits `tool.other`");
  CHECK(outcome_under("*.max<300ms", run_that_took("request.ping", {1000})).verdict == Verdict::pass);
}

TEST_CASE("budget: a run that is judged again has each budget once") {
  Run run = run_that_took("tool.slow", {1000});
  judge_budgets({*parse_budget("tool.*.max<1ms"), *parse_budget("tool.*.max<1s")}, run);
  judge_budgets({*parse_budget("tool.*.max<1s")}, run);
  REQUIRE(run.outcomes.size() == 1);
  CHECK(run.outcomes[0].verdict == Verdict::pass);
}

}  // namespace
}  // namespace mcplumb
