#include "conformance/assess/merge.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

namespace {

Run run_with(const std::vector<std::pair<std::string, Verdict>>& verdicts) {
  Run run;
  run.trace.exchanges.emplace_back().session = "s1";
  for (const auto& [id, verdict] : verdicts) {
    Outcome& outcome = run.outcomes.emplace_back();
    outcome.id = id;
    outcome.verdict = verdict;
    outcome.judged = 1;
    if (verdict == Verdict::fail) outcome.findings.push_back({Verdict::fail, "status", "200", "500", 0, ""});
  }
  return run;
}

}  // namespace

TEST_CASE("merge: outcomes stand in the order of the plan, and their evidence is found") {
  const Run run = merge_runs(run_with({{"c", Verdict::pass}}),
                             {run_with({{"a", Verdict::fail}}), run_with({{"b", Verdict::fail}})}, {"a", "b", "c"});
  REQUIRE(run.outcomes.size() == 3);
  CHECK(run.outcomes[0].id == "a");
  CHECK(run.outcomes[0].findings[0].exchange == 1);
  CHECK(run.outcomes[1].findings[0].exchange == 2);
  CHECK(run.trace.exchanges[2].number == 2);
  CHECK(run.trace.exchanges[2].session == "p2.s1");
}

TEST_CASE("merge: what several processes watched has the worst verdict") {
  const Run run = merge_runs(run_with({{"a", Verdict::skip}, {"b", Verdict::pass}}),
                             {run_with({{"a", Verdict::pass}, {"b", Verdict::fail}})}, {"a", "b"});
  CHECK(run.outcomes[0].verdict == Verdict::pass);
  CHECK(run.outcomes[1].verdict == Verdict::fail);
  CHECK(run.outcomes[1].judged == 2);
}

TEST_CASE("merge: a process without a session makes its checks inconclusive") {
  Run part = run_with({{"a", Verdict::skip}});
  part.outcomes[0].left_out = true;
  part.handshake_problem = "429";
  const Run run = merge_runs(run_with({{"b", Verdict::pass}}), {part}, {"a", "b"});
  CHECK(run.outcomes[0].verdict == Verdict::inconclusive);
}

TEST_CASE("merge: what judges times runs alone") {
  Check check;
  check.expect.all.push_back({"status", {}, {}});
  CHECK_FALSE(needs_quiet(check));
  check.expect.all.push_back({"timing.headers-ms", {}, {}});
  CHECK(needs_quiet(check));
  Check waiting;
  Step step;
  step.verb = Verb::pause;
  waiting.steps = {step};
  CHECK(needs_quiet(waiting));
}
