#include <doctest/doctest.h>

#include "conformance/compare/compare.hpp"
#include "conformance/language/budget.hpp"
#include "conformance/record/latency.hpp"

using namespace mcplumb;

namespace {

Observation latency(const char* subject, std::vector<Micros> milliseconds) {
  for (Micros& span : milliseconds) span *= kMillisecond;
  return latency_observation(subject, "a call of the tool", times_of(std::move(milliseconds)));
}

}  // namespace

TEST_CASE("compare: a tool that got slower by more than its spread is a change, with the samples of both sides") {
  const Changes changes = compare_latencies({latency("tool.find", {50, 52, 54, 56, 58, 60})},
                                            {latency("tool.find", {150, 152, 154, 156, 158, 160})});
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].id == "tool.find.latency");
  CHECK(changes[0].area == Area::cost);
  CHECK(changes[0].effect == Effect::changed);
  CHECK(changes[0].what == "a call of the tool takes longer, by 100 ms (median)");
  CHECK(changes[0].before == "median 56 ms, p95 60 ms, 6 calls");
  CHECK(changes[0].after == "median 156 ms, p95 160 ms, 6 calls");
  const Changes back = compare_latencies({latency("tool.find", {150, 152, 154, 156, 158, 160})},
                                         {latency("tool.find", {50, 52, 54, 56, 58, 60})});
  REQUIRE(back.size() == 1);
  CHECK(back[0].effect == Effect::better);
}

TEST_CASE("compare: noise in the time of a tool is no change") {
  const std::vector<Micros> before = {50, 52, 54, 56, 58, 60}, slower = {150, 152, 154, 156, 158, 160};
  const auto is_quiet = [](const char* subject, std::vector<Micros> was, std::vector<Micros> is) {
    return compare_latencies({latency(subject, std::move(was))}, {latency(subject, std::move(is))}).empty();
  };
  CHECK_FALSE(is_quiet("tool.slower", before, slower));
  CHECK(is_quiet("tool.few-after", before, {150, 151, 152, 153}));
  CHECK(is_quiet("tool.few-before", {50, 51, 52, 53}, slower));
  CHECK(is_quiet("tool.spreads-meet", before, {10, 55, 160, 170, 180, 190}));
  CHECK(is_quiet("tool.below-the-floor", {52, 52, 52, 52, 52, 52}, {70, 70, 70, 70, 70, 70}));
  CHECK(is_quiet("tool.four-times-nothing", {1, 1, 1, 1, 1, 1}, {4, 4, 4, 4, 4, 4}));
  CHECK(is_quiet("tool.five-percent", {1000, 1001, 1002, 1003, 1004}, {1050, 1051, 1052, 1053, 1054}));
  CHECK(is_quiet("tool.less-than-its-spread", {20, 60, 100, 200, 220, 230}, {240, 240, 240, 240, 240, 240}));
  CHECK(is_quiet("request.ping", before, slower));  // a method, and nothing that is offered
}

TEST_CASE("compare: that a tool was called in one run only is no gap") {
  const Observation word = {"a", "a", "x", std::nullopt, "", std::nullopt};
  std::vector<std::string> doubts, notes;
  CHECK(compare_observations({}, {latency("tool.find", {1, 2})}, doubts, notes).empty());
  CHECK(compare_observations({word}, {word, latency("tool.find", {1})}, doubts, notes).empty());
  CHECK(doubts.empty());
}

TEST_CASE("compare: a budget that holds on neither side breaks nothing, and is no success either") {
  Run before, after;
  for (Run* run : {&before, &after}) {
    run->surface.emplace();
    run->observations = {latency("tool.find", {50, 52})};
    judge_budgets({*parse_budget("tool.*.p95<10ms")}, *run);
  }
  const Comparison comparison = compare_runs(before, after);
  CHECK(safety_of(comparison) == Safety::safe);
  REQUIRE(comparison.unheld.size() == 1);
  CHECK(answer_line(comparison) ==
        "safe: no difference; but a budget does not hold, before and after: tool.*.p95<10ms (tool.find.p95 is 52 ms "
        "(median 52 ms, p95 52 ms, 2 calls, longest 52 ms))");
  CHECK(exit_code(comparison, false) == kFailed);
}

TEST_CASE("compare: a budget that held before and does not after is broken") {
  Run before, after;
  before.observations = {latency("tool.find", {5, 6})};
  after.observations = {latency("tool.find", {50, 52})};
  for (Run* run : {&before, &after}) {
    run->surface.emplace();
    judge_budgets({*parse_budget("tool.*.p95<10ms")}, *run);
  }
  const Comparison comparison = compare_runs(before, after);
  CHECK(safety_of(comparison) == Safety::broken);
  CHECK(comparison.unheld.empty());
  CHECK(exit_code(comparison, false) == kRegression);
}
