#include "conformance/gate/confirm.hpp"

#include <doctest/doctest.h>

#include "conformance/compare/compare.hpp"

using namespace mcplumb;

namespace {

Outcome outcome(const std::string& id, bool broken) {
  Outcome made;
  made.id = id;
  made.verdict = broken ? Verdict::fail : Verdict::pass;
  if (broken) made.findings.push_back({Verdict::fail, "status", "200", "500", 3, ""});
  return made;
}

struct Bench {
  std::vector<Suite> suites = std::vector<Suite>(2);
  Run before, after;
  std::vector<std::string> runs;  // "after 2", "after all"
  std::function<bool(GateSide, bool alone, std::size_t number)> breaks;

  Bench() {
    for (const char* id : {"a.x", "a.y"}) {
      Check check;
      check.id = id;
      check.steps.emplace_back();
      suites[1].checks.push_back(std::move(check));
    }
    before.outcomes = {outcome("a.x", false), outcome("a.y", false)};
    after.outcomes = {outcome("a.x", true), outcome("a.y", false)};
  }

  std::optional<Run> run(GateSide side, const std::vector<Suite>& chosen, Which which) {
    const bool alone = which == Which::all;
    const auto& checks = chosen[1].checks;
    runs.push_back((side == GateSide::after ? "after " : "before ") +
                   (alone ? std::to_string(checks.size()) : std::string("all")));
    Run made;
    for (std::size_t i = 0; i < checks.size(); ++i)
      made.outcomes.push_back(outcome(checks[i].id, breaks(side, alone, i)));
    return made;
  }

  bool confirm() {
    return confirm_breaks(before, after, suites,
                          [this](GateSide side, const auto& chosen, Which which) { return run(side, chosen, which); });
  }
  Safety answer() const { return safety_of(compare_runs(before, after)); }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("confirm: what breaks each time is settled after two more tries") {
  Bench bench;
  bench.breaks = [](GateSide side, bool, std::size_t) { return side == GateSide::after; };
  CHECK(bench.confirm());
  CHECK(bench.runs == Texts{"after 2", "before 2"});
  CHECK(bench.after.outcomes[0].broken_runs == 3);
  CHECK(bench.after.outcomes[1].runs == 1);
  CHECK(bench.after.outcomes[0].findings[0].exchange == 3);
  CHECK(bench.answer() == Safety::broken);
}

TEST_CASE("confirm: what was seen once, and never again, is no break") {
  Bench bench;
  bench.breaks = [](GateSide, bool, std::size_t) { return false; };
  CHECK(bench.confirm());
  CHECK(bench.runs == Texts{"after 2", "before 2", "after 8", "before 8", "after all"});
  CHECK(bench.after.outcomes[0].runs == 12);
  CHECK(bench.answer() == Safety::changed);
}

TEST_CASE("confirm: what breaks only among the others is broken if it does so again") {
  Bench bench;
  bench.breaks = [](GateSide side, bool alone, std::size_t number) {
    return side == GateSide::after && !alone && number == 0;
  };
  CHECK(bench.confirm());
  CHECK(bench.after.outcomes[0].broken_runs == 2);
  CHECK(bench.after.outcomes[0].runs == 2);
  CHECK(bench.answer() == Safety::broken);
}

TEST_CASE("confirm: what comes and goes in both is the same, with a note") {
  Bench bench;
  bench.breaks = [](GateSide, bool alone, std::size_t number) { return alone && number % 2 == 1; };
  CHECK(bench.confirm());
  CHECK(bench.before.outcomes[0].verdict == Verdict::fail);
  CHECK_FALSE(bench.before.outcomes[0].findings[0].exchange);
  const Comparison comparison = compare_runs(bench.before, bench.after);
  CHECK(comparison.changes.empty());
  CHECK(comparison.notes.size() == 1);
}

TEST_CASE("confirm: nothing is tried where there is nothing to settle, or chance cannot be the reason") {
  Bench bench;
  bench.breaks = [](GateSide, bool, std::size_t) { return true; };
  Run good = bench.before;
  CHECK_FALSE(confirm_breaks(bench.before, good, bench.suites, nullptr));
  bench.after.stop.emplace();
  CHECK_FALSE(bench.confirm());
  bench.after.stop.reset();
  bench.after.handshake_problem = "refused";
  CHECK_FALSE(bench.confirm());
  CHECK(bench.runs.empty());
}

TEST_CASE(
    "confirm: a fault of a tool that does not come again is by chance, and one that comes before too is no "
    "difference") {
  const auto use = [](const char* name, bool faulty) {
    ToolUse made;
    made.tool = name;
    made.fitting = 5;
    if (faulty) made.faults.emplace_back().what = "no answer";
    return made;
  };
  Run before, after;
  before.exercise.emplace().tools = {use("steady", false), use("chance", false), use("both", false)};
  after.exercise.emplace().tools = {use("steady", true), use("chance", true), use("both", true)};
  const bool tried = confirm_tools(before, after, [&](GateSide side, const std::vector<std::string>& tools) {
    CHECK(tools == std::vector<std::string>{"steady", "chance", "both"});
    Exercise again;
    const bool is_after = side == GateSide::after;
    again.tools = {use("steady", is_after), use("chance", false), use("both", true)};
    return std::optional(again);
  });
  CHECK(tried);
  const Comparison comparison = compare_runs(before, after);
  REQUIRE(comparison.changes.size() == 2);
  CHECK(comparison.changes[0].id == "tools.steady.unanswered");
  CHECK(comparison.changes[0].effect == Effect::broken);
  CHECK(comparison.changes[1].id == "tools.chance.unanswered");
  CHECK(comparison.changes[1].effect == Effect::changed);
}

TEST_CASE("confirm: what takes longer is measured again, and is no difference where it does not then") {
  const auto time = [](const std::string& id, double number) {
    Observation made;
    made.id = made.title = id;
    made.number = number;
    made.unit = "ms";
    made.value = std::to_string(static_cast<int>(number)) + " ms";
    made.low = number * 0.9;
    made.high = number * 1.1;
    return made;
  };
  Observation status;
  status.id = status.title = "answer.get";
  status.value = "405";
  status.number = 405;
  status.unit = "status";
  Run before, after;
  before.observations = {time("time.session", 10), time("time.request", 10), status};
  status.number = 500;
  status.value = "500";
  after.observations = {time("time.session", 60), time("time.request", 60), status};
  std::vector<GateSide> sides;
  CHECK(confirm_times(before, after, [&](GateSide side, const std::vector<std::string>& ids) {
    CHECK(ids == Texts{"time.session", "time.request"});
    sides.push_back(side);
    return std::vector{time("time.session", 50), time("time.request", side == GateSide::after ? 61 : 11)};
  }));
  CHECK(sides == std::vector{GateSide::after, GateSide::before});
  const Comparison comparison = compare_runs(before, after);
  REQUIRE(comparison.changes.size() == 2);
  CHECK(comparison.changes[0].id == "answer.get");
  CHECK(comparison.changes[1].id == "time.request");
  REQUIRE(comparison.notes.size() == 1);
  CHECK(comparison.notes[0].find("time.session differed at first (60 ms after)") == 0);
  CHECK(before.observations[0].at_first == "10 ms");
  SUBCASE("what is faster, or no time, is left as it is") { CHECK_FALSE(confirm_times(after, before, nullptr)); }
}

TEST_CASE("confirm: no tool is called again where none broke") {
  Run before, after;
  before.exercise.emplace();
  CHECK_FALSE(confirm_tools(before, after, [](GateSide, const auto&) { return std::optional<Exercise>(); }));
}
