#include "conformance/language/selection.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

TEST_CASE("glob: stars match any run of characters, also none") {
  CHECK(glob_matches("session.*", "session.id.secure"));
  CHECK(glob_matches("*", ""));
  CHECK(glob_matches("*.id.*", "session.id.secure"));
  CHECK(glob_matches("a?c", "abc"));
  CHECK_FALSE(glob_matches("session", "session.id"));
  CHECK_FALSE(glob_matches("*.x", "session.id"));
}

namespace {

Suite demo_suite() {
  Suite suite;
  suite.name = "demo";
  for (const char* id : {"demo.one", "demo.two", "other.three"}) {
    Check& check = suite.checks.emplace_back();
    check.id = id;
    check.suite = "demo";
    check.levels = {{{}, Level::must}};
  }
  suite.checks[1].tags = {"slow"};
  return suite;
}

}  // namespace

TEST_CASE("selection: a pattern means ids, an area or a tag") {
  const Check slow = demo_suite().checks[1];
  for (const char* pattern : {"demo.*", "demo", "slow", "tag:slow", "tag:s*"}) CHECK(selects(pattern, slow));
  for (const char* pattern : {"dem", "tag:demo.two", "tag:", "fast"}) CHECK_FALSE(selects(pattern, slow));
}

TEST_CASE("selection: a suite takes over built-in checks as it wants them") {
  Suite mine;
  mine.uses = {{{"demo.*"}, std::nullopt, "", ""},
               {{"tag:slow"}, Level::should, "", "our proxy"},
               {{"demo.one"}, std::nullopt, "not for us", ""}};
  const std::vector<Suite> used = used_checks({demo_suite()}, {mine});
  REQUIRE(used.size() == 1);
  REQUIRE(used[0].checks.size() == 2);
  CHECK(used[0].checks[0].skip == "not for us");
  CHECK(used[0].checks[0].level_for("") == Level::must);
  CHECK(used[0].checks[1].level_for("") == Level::should);
  CHECK(used[0].checks[1].remark == "our proxy");
}
