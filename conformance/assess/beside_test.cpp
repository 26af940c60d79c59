#include "conformance/assess/beside.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

namespace {

Check check_with(Step step) {
  Check check;
  check.steps = {std::move(step)};
  return check;
}

Step step_that_expects(const std::string& path) {
  Step step;
  step.expect.all.push_back({path, {}, {}});
  return step;
}

}  // namespace

TEST_CASE("beside: a check that sends and judges what comes has company") {
  CHECK_FALSE(runs_alone(check_with(step_that_expects("result.tools"))));
  Check any = check_with({});
  any.needs = {Need{NeedKind::role, "progress"}, Need{NeedKind::session_id}};
  CHECK_FALSE(runs_alone(any));
}

TEST_CASE("beside: a check that judges times is alone, however deep that stands") {
  CHECK(runs_alone(check_with(step_that_expects("took"))));
  CHECK(runs_alone(check_with(step_that_expects("timing.headers-ms"))));
  Step repeat;
  repeat.verb = Verb::repeat;
  repeat.steps = {step_that_expects("took")};
  CHECK(runs_alone(check_with(repeat)));
  Check tagged = check_with({});
  tagged.tags = {"timing"};
  CHECK(runs_alone(tagged));
}

TEST_CASE("beside: a check whose work others feel, or that looks at the run as a whole, is alone") {
  for (const char* role : {"change-tools", "touch-resource", "counter", "slow"}) {
    Check check = check_with({});
    check.needs = {Need{NeedKind::role, role}};
    CAPTURE(role);
    CHECK(runs_alone(check));
  }
  Check judged = check_with({});
  judged.judge = "burst";
  CHECK(runs_alone(judged));
  Check large = check_with({});
  large.refers_to = {"large"};
  CHECK(runs_alone(large));
}

TEST_CASE("beside: a user's check is alone, and what a check says of itself counts most") {
  Check own = check_with({});
  own.own = true;
  CHECK(runs_alone(own));
  own.alone = false;
  CHECK_FALSE(runs_alone(own));
  Check quiet = check_with({});
  quiet.alone = true;
  CHECK(runs_alone(quiet));
}

TEST_CASE("beside: whole runs go on side by side where no tool is called and no check of a user minds") {
  Check check = check_with(step_that_expects("took"));
  std::vector<Suite> suites(1);
  suites[0].checks = {check};
  RunOptions options;
  CHECK(may_repeat_beside(suites, options));
  suites[0].checks[0].own = true;
  CHECK_FALSE(may_repeat_beside(suites, options));
  suites[0].checks[0].alone = false;
  CHECK(may_repeat_beside(suites, options));
  suites[0].checks[0].alone = true;
  CHECK_FALSE(may_repeat_beside(suites, options));
  suites[0].checks[0].steps.clear();
  CHECK(may_repeat_beside(suites, options));
  options.exercise.resources.safe = true;
  CHECK(may_repeat_beside(suites, options));
  options.exercise.tools.safe = true;
  CHECK_FALSE(may_repeat_beside(suites, options));
  options.exercise = {};
  options.roles.emplace("content", ToolRole{"greet", {}});
  CHECK_FALSE(may_repeat_beside(suites, options));
}

TEST_CASE("beside: what takes long is known from its pauses and steps") {
  Step pause;
  pause.verb = Verb::pause;
  pause.arguments = 300;
  CHECK(expected_span(check_with(pause), 10) == 300 * kMillisecond);
  Check own = check_with({});
  own.session = SessionUse::own;
  CHECK(expected_span(own, 10) == 30);
}
