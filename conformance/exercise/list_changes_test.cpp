#include "conformance/exercise/list_changes.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;
using nlohmann::json;

TEST_CASE("list changes: names that are new, or gone") {
  Surface before;
  before.tools = json::parse(R"([{"name": "a"}, {"name": "b"}])");
  before.resources = json::parse(R"([{"uri": "x:1"}])");
  Surface after = before;
  CHECK(list_change(before, after).empty());
  after.tools = json::parse(R"([{"name": "a"}, {"name": "b"}, {"name": "c"}])");
  CHECK(list_change(before, after) == "the list of tools has c, too");
  CHECK(list_change(after, before) == "the list of tools does not have c any more");
  after = before;
  after.resources = json::array();
  CHECK(list_change(before, after) == "the list of resources does not have x:1 any more");
}

TEST_CASE("list changes: neither the order, nor what is said of a thing, nor a list that could not be had") {
  Surface before, after;
  before.tools = json::parse(R"([{"name": "a", "description": "at 12:00"}, {"name": "b"}])");
  after.tools = json::parse(R"([{"name": "b"}, {"name": "a", "description": "at 12:01"}])");
  CHECK(list_change(before, after).empty());
  after.tools = {};
  CHECK(list_change(before, after).empty());
  CHECK(list_change(after, before).empty());
}
