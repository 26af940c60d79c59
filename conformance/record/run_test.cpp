#include "conformance/record/run.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

namespace {

Run with(const std::vector<Verdict>& verdicts) {
  Run run;
  for (const Verdict verdict : verdicts) {
    Outcome outcome;
    outcome.verdict = verdict;
    run.outcomes.push_back(outcome);
  }
  return run;
}

Run handshake_failed(int status) {
  Run run = with({Verdict::skip});
  run.handshake_problem = "x";
  run.first_failure = 0;
  run.trace.exchanges.emplace_back();
  if (status != 0) run.trace.exchanges[0].blocks.push_back({"HTTP/1.1", status, "", {}, 1});
  return run;
}

}  // namespace

TEST_CASE("exit code: by cause, as docs/exit-codes.md says") {
  CHECK(exit_code(with({Verdict::pass, Verdict::warn, Verdict::note, Verdict::skip})) == 0);
  CHECK(exit_code(with({Verdict::pass, Verdict::fail, Verdict::inconclusive})) == 1);
  CHECK(exit_code(with({Verdict::pass, Verdict::inconclusive})) == 5);
  CHECK(exit_code(with({Verdict::skip})) == 5);
  CHECK(exit_code(with({})) == 5);
  CHECK(exit_code(handshake_failed(0)) == 3);
  CHECK(exit_code(handshake_failed(401)) == 4);
  CHECK(exit_code(handshake_failed(500)) == 1);
  Run interrupted = with({Verdict::pass});
  interrupted.interrupted = true;
  CHECK(exit_code(interrupted) == 5);
  Run failed = with({Verdict::fail});
  failed.interrupted = true;  // by its deadline
  CHECK(exit_code(failed) == 1);
  failed.cancelled = true;
  CHECK(exit_code(failed) == 5);
}

TEST_CASE("verdicts: one is worse than another, in one order") {
  const std::vector<Verdict> order = {Verdict::pass, Verdict::skip,         Verdict::note,
                                      Verdict::warn, Verdict::inconclusive, Verdict::fail};
  for (std::size_t i = 0; i < order.size(); ++i)
    for (std::size_t j = 0; j < order.size(); ++j) CHECK(is_worse(order[i], order[j]) == (i > j));
}

TEST_CASE("words: levels and verdicts are read as they are written") {
  CHECK(level_from("should-not") == Level::should_not);
  CHECK(to_string(Level::practice) == "practice");
  CHECK(verdict_from(to_string(Verdict::inconclusive)) == Verdict::inconclusive);
  CHECK_FALSE(level_from("shall"));
}

TEST_CASE("flaky: shown, and a failure only with --strict") {
  Run run = with({Verdict::pass});
  run.outcomes[0].earlier = {{"the connection was cut", std::nullopt}};
  CHECK(run.outcomes[0].flaky());
  CHECK(summarize(run).flaky == 1);
  CHECK(exit_code(run) == 0);
  run.strict = true;
  CHECK(exit_code(run) == 1);
}
