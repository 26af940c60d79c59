#include "conformance/assess/baseline.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

namespace {

Run run_of(const std::vector<std::pair<std::string, Verdict>>& verdicts) {
  Run run;
  for (const auto& [id, verdict] : verdicts) {
    Outcome& outcome = run.outcomes.emplace_back();
    outcome.id = id;
    outcome.verdict = verdict;
    if (verdict == Verdict::skip) outcome.reason = "not declared";
  }
  return run;
}

Baseline knowing(const std::vector<std::pair<std::string, Verdict>>& verdicts, bool complete = false) {
  Baseline baseline;
  baseline.complete = complete;
  for (const auto& [id, verdict] : verdicts) baseline.expected[id] = {verdict, "known"};
  return baseline;
}

int code(Run run, const Baseline& baseline, const std::vector<std::string>& known = {"a", "b"}) {
  apply_baseline(run, baseline, known);
  return exit_code(run);
}

}  // namespace

TEST_CASE("baseline: a known failure does not fail the run, another one does") {
  CHECK(code(run_of({{"a", Verdict::fail}, {"b", Verdict::pass}}), knowing({{"a", Verdict::fail}})) == 0);
  CHECK(code(run_of({{"a", Verdict::fail}, {"b", Verdict::fail}}), knowing({{"a", Verdict::fail}})) == 1);
  CHECK(code(run_of({{"a", Verdict::fail}, {"b", Verdict::pass}}), knowing({{"a", Verdict::warn}})) == 1);
  CHECK(code(run_of({{"a", Verdict::inconclusive}, {"b", Verdict::pass}}), knowing({{"a", Verdict::inconclusive}})) ==
        0);
}

TEST_CASE("baseline: an entry that no longer holds is stale") {
  CHECK(code(run_of({{"a", Verdict::pass}}), knowing({{"a", Verdict::fail}})) == 6);
  CHECK(code(run_of({{"a", Verdict::warn}}), knowing({{"a", Verdict::fail}})) == 6);
  CHECK(code(run_of({{"a", Verdict::pass}}), knowing({{"gone", Verdict::fail}})) == 6);
  // Left out by --only: there is such a check, and nobody looked at it.
  CHECK(code(run_of({{"a", Verdict::pass}}), knowing({{"b", Verdict::fail}})) == 0);
}

TEST_CASE("baseline: a run that did not come to its end makes nothing stale, nor does a check that was not judged") {
  Run run = run_of({{"a", Verdict::pass}});
  run.interrupted = true;
  CHECK(code(run, knowing({{"a", Verdict::fail}})) == 5);
  apply_baseline(run, knowing({{"a", Verdict::fail}}), {"a"});
  CHECK(run.baseline->stale.empty());
  Run unclear = run_of({{"a", Verdict::inconclusive}});
  apply_baseline(unclear, knowing({{"a", Verdict::fail}}), {"a"});
  CHECK(unclear.baseline->stale.empty());
  run = run_of({{"a", Verdict::skip}, {"b", Verdict::fail}});
  run.outcomes[0].left_out = true;
  apply_baseline(run, knowing({{"a", Verdict::fail}}), {});
  CHECK(run.baseline->stale.empty());
}

TEST_CASE("baseline: a complete one names everything that is no pass") {
  const Run run = run_of({{"a", Verdict::pass}, {"b", Verdict::skip}});
  CHECK(code(run, knowing({}, true)) == 1);
  CHECK(code(run, knowing({}, false)) == 0);
  CHECK(code(run, knowing({{"b", Verdict::skip}}, true)) == 0);
  CHECK(code(run, knowing({{"b", Verdict::warn}}, true)) == 6);
  CHECK(code(run_of({{"b", Verdict::note}}), knowing({{"b", Verdict::skip}}, true)) == 1);
}

TEST_CASE("baseline: its mistakes are shown with their place") {
  const BaselineRead read = read_baseline(
      "server: ours\nexpcted: {}\nexpected:\n  a: {verdict: fial, reason: x}\n  b: {verdict: fail}\n", "b.yaml");
  REQUIRE(read.problems.size() == 3);
  CHECK(read.problems[0].message == "unknown key `expcted` in a baseline; did you mean `expected`?");
  CHECK(read.problems[1].message == "unknown verdict `fial`; did you mean `fail`?");
  CHECK(read.problems[2].line == 5);
  CHECK(read.problems[2].message.find("say why `b`") == 0);
  CHECK(read_baseline("{\"expected\": {\"b\": {\"verdict\": \"fail\", \"reason\": \"\"}}}", "b.json").problems.size() ==
        1);
  CHECK(read_baseline("expected: {b: {verdict: fail}}", "b.yaml", true).problems.empty());
}

TEST_CASE("baseline: an update keeps the reasons of what is as it was") {
  Run run = run_of({{"a", Verdict::fail}, {"b", Verdict::skip}, {"c", Verdict::warn}, {"d", Verdict::fail}});
  UpdatedBaseline made =
      update_baseline(knowing({{"a", Verdict::fail}, {"d", Verdict::warn}, {"z", Verdict::fail}}), run);
  CHECK(made.baseline.expected.size() == 2);
  CHECK(made.baseline.expected["a"].reason == "known");
  CHECK(made.without_reason == std::vector<std::string>{"d"});
  made = update_baseline(knowing({}, true), run);
  CHECK(made.baseline.expected.size() == 4);
  CHECK(made.baseline.expected["b"].reason == "not declared");
  const BaselineRead again = read_baseline(to_text(made.baseline), "b.json", true);
  CHECK(again.problems.empty());
  CHECK(again.baseline.expected == made.baseline.expected);
}
