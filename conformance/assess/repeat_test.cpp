#include "conformance/assess/repeat.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

namespace {

Run run_with(Verdict a, Verdict b) {
  Run run;
  run.took = 10;
  for (const auto& [id, verdict] : {std::pair("a", a), std::pair("b", b)}) {
    Outcome& outcome = run.outcomes.emplace_back();
    outcome.id = id;
    outcome.verdict = verdict;
    if (verdict == Verdict::fail) outcome.findings.push_back({Verdict::fail, "status", "200", "500", 0, ""});
  }
  run.trace.exchanges.emplace_back();
  return run;
}

Run all_of(std::initializer_list<Run> runs) {
  std::optional<Run> kept;
  for (const Run& run : runs) add_repetition(kept, run);
  return *kept;
}

}  // namespace

TEST_CASE("repeat: runs that are all good make one that says how many there were") {
  const Run run = all_of({run_with(Verdict::pass, Verdict::warn), run_with(Verdict::pass, Verdict::warn)});
  CHECK(run.repetitions.size() == 2);
  CHECK(run.outcomes[0].runs == 2);
  CHECK(run.took == 20);
  CHECK_FALSE(run.outcomes[0].flaky());
  CHECK(exit_code(run) == 0);
}

TEST_CASE("repeat: the first run that was not good is kept with its requests") {
  const Run run = all_of({run_with(Verdict::pass, Verdict::pass), run_with(Verdict::fail, Verdict::pass),
                          run_with(Verdict::pass, Verdict::pass)});
  CHECK(run.outcomes[0].verdict == Verdict::fail);
  CHECK(run.outcomes[0].broken_runs == 1);
  CHECK(run.outcomes[0].runs == 3);
  CHECK(run.outcomes[0].flaky());
  CHECK(run.outcomes[0].findings[0].exchange == 0);
  CHECK(run.repetitions == std::vector<Repetition>{{0, 10}, {1, 10}, {0, 10}});
  CHECK(exit_code(run) == 1);
}

TEST_CASE("repeat: what another run found is shown, without requests that are not kept") {
  const Run run = all_of({run_with(Verdict::fail, Verdict::pass), run_with(Verdict::fail, Verdict::fail)});
  CHECK_FALSE(run.outcomes[0].flaky());
  CHECK(run.outcomes[1].verdict == Verdict::fail);
  CHECK_FALSE(run.outcomes[1].findings[0].exchange);
  CHECK(run.outcomes[1].reason == "in run 2, whose requests are not kept");
}

TEST_CASE("repeat: what fails beside other runs alone is a note, and what is new there is not as good") {
  const Run good = run_with(Verdict::pass, Verdict::pass), bad = run_with(Verdict::fail, Verdict::pass);
  CHECK(is_as_good_as(good, good));
  CHECK(is_as_good_as(bad, bad));
  CHECK_FALSE(is_as_good_as(good, bad));
  CHECK_FALSE(is_as_good_as(bad, run_with(Verdict::pass, Verdict::fail)));
  CHECK_FALSE(is_as_good_as(run_with(Verdict::inconclusive, Verdict::fail), run_with(Verdict::fail, Verdict::fail)));
  Run kept = good;
  mention_beside(kept, bad.outcomes);
  CHECK(kept.outcomes[0].verdict == Verdict::note);
  CHECK(kept.outcomes[0].findings.at(0).actual.find("when none was") != std::string::npos);
  CHECK_FALSE(kept.outcomes[0].findings[0].exchange);
  CHECK(exit_code(kept) == 0);
  kept = bad;
  mention_beside(kept, bad.outcomes);
  CHECK(kept.outcomes[0].findings.size() == 1);
}
