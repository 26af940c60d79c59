// What fails a run, and what only might.
#include <doctest/doctest.h>

#include "conformance/record/run.hpp"

using namespace mcplumb;

namespace {

Run judged_run(Verdict verdict) {
  Run run;
  run.outcomes.emplace_back().id = "a.b";
  run.outcomes.back().verdict = verdict;
  return run;
}

}  // namespace

TEST_CASE("harm: only a failure that is certain, and was not accepted, keeps clients from working") {
  Run run = judged_run(Verdict::pass);
  Diagnosis& cause = run.diagnoses.emplace_back();
  cause.rule = "R-BUFFERED";
  cause.weight = Weight::failure;
  cause.confidence = Confidence::likely;
  CHECK(harm_of(run) == nullptr);
  CHECK(exit_code(run) == kConforms);
  cause.confidence = Confidence::certain;
  CHECK(harm_of(run) == &cause);
  CHECK(exit_code(run) == kHarmful);
  cause.weight = Weight::warning;
  CHECK(harm_of(run) == nullptr);
  cause.weight = Weight::failure;
  run.accepted = {"R-BUFFERED"};
  CHECK(exit_code(run) == kConforms);
}

TEST_CASE("outcomes: a check that was left out fails nothing") {
  Run run = judged_run(Verdict::fail);
  CHECK(is_unexpected(run, run.outcomes[0]));
  run.outcomes[0].left_out = true;
  CHECK_FALSE(is_unexpected(run, run.outcomes[0]));
}
