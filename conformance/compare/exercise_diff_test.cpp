#include "conformance/compare/exercise_diff.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

namespace {

ToolUse called(const char* name, std::vector<ToolFaultKind> kinds = {}, std::size_t failed = 0) {
  ToolUse use;
  use.tool = name;
  use.fitting = 10;
  use.breaking = 5;
  use.failed = failed;
  for (const ToolFaultKind kind : kinds) {
    ToolFault& fault = use.faults.emplace_back();
    fault.kind = kind;
    fault.what = "what was wrong";
    fault.arguments = {{"n", 1}};
    fault.exchange = 7;
  }
  return use;
}

Exercise exercise_of(std::vector<ToolUse> tools) {
  Exercise made;
  made.tools = std::move(tools);
  return made;
}

std::string change_between(const ToolUse& was, const ToolUse& is) {
  const Changes changes = compare_exercises(exercise_of({was}), exercise_of({is}));
  std::string text;
  for (const Change& each : changes) text += each.id + " " + std::string(to_string(each.effect)) + ";";
  return text;
}

}  // namespace

TEST_CASE("exercises: a fault that was not there before is broken, and one that is gone is better") {
  const ToolUse good = called("find"), bad = called("find", {ToolFaultKind::structured});
  CHECK(change_between(good, bad) == "tools.find.structured break;");
  CHECK(change_between(bad, good) == "tools.find.structured better;");
  CHECK(change_between(bad, bad).empty());
  CHECK(change_between(good, good).empty());
  const Changes changes = compare_exercises(exercise_of({good}), exercise_of({bad}));
  CHECK(changes[0].before == "not seen in 15 calls");
  CHECK(changes[0].after == R"(what was wrong; the smallest arguments: {"n":1})");
  CHECK(changes[0].exchange == 7);
  CHECK(tools_that_broke(exercise_of({good}), exercise_of({bad})) == std::vector<std::string>{"find"});
}

TEST_CASE("exercises: what harms nobody, or comes by chance, is a change") {
  for (const ToolFaultKind kind : {ToolFaultKind::accepted, ToolFaultKind::lists, ToolFaultKind::progress})
    CHECK(change_between(called("find"), called("find", {kind})) ==
          "tools.find." + std::string(to_string(kind)) + " change;");
  ToolUse chance = called("find", {ToolFaultKind::unanswered});
  chance.faults[0].by_chance = true;
  CHECK(change_between(called("find"), chance) == "tools.find.unanswered change;");
  CHECK(tools_that_broke(exercise_of({called("find")}), exercise_of({chance})).empty());
}

TEST_CASE("exercises: a tool that fails now whatever it is called with is broken") {
  CHECK(change_between(called("find"), called("find", {}, 10)) == "tools.find.fails break;");
  CHECK(change_between(called("find", {}, 10), called("find")) == "tools.find.fails better;");
  CHECK(change_between(called("find", {}, 1), called("find", {}, 5)) == "tools.find.fails change;");
  CHECK(change_between(called("find", {}, 4), called("find", {}, 5)).empty());
}

TEST_CASE("exercises: a tool that was called in one of them only is not compared") {
  CHECK(change_between(called("find"), called("other", {ToolFaultKind::crashed})).empty());
  ToolUse left = called("find");
  left.fitting = left.breaking = 0;
  CHECK(change_between(left, called("find", {ToolFaultKind::crashed})).empty());
}
