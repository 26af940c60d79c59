#include "cli/input/tool_arguments.hpp"
#include "cli/input/usage.hpp"

#include <doctest/doctest.h>

using namespace mcplumb::cli;
using nlohmann::json;

namespace {

const json kToolSchema = json::parse(R"({
  "properties": {
    "count": {"type": "integer"}, "name": {"type": "string"}, "flag": {"type": "boolean"},
    "either": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    "unit": {"enum": ["C", "F", 7]}, "tags": {"type": "array", "items": {"type": "string"}},
    "numbers": {"type": "array", "items": {"type": "number"}}, "at": {"$ref": "#/$defs/point"}, "any": {}},
  "$defs": {"point": {"type": "object"}}})");

json typed(const std::vector<std::string>& words) { return ArgumentWords(words).typed(kToolSchema); }

}  // namespace

TEST_CASE("tool arguments: the schema gives a value its type") {
  CHECK(typed({"count=5"}) == json{{"count", 5}});
  CHECK(typed({"name=5"}) == json{{"name", "5"}});
  CHECK(typed({"flag=true"}) == json{{"flag", true}});
  CHECK(typed({"either=null"}) == json{{"either", "null"}});
  CHECK(typed({"either:=null"}) == json{{"either", nullptr}});
  CHECK(typed({"unit=C"}) == json{{"unit", "C"}});
  CHECK(typed({"unit=7"}) == json{{"unit", 7}});
  CHECK(typed({R"(at={"x": 1})"}) == json{{"at", {{"x", 1}}}});
  CHECK(typed({"any=5", "unknown=x"}) == json{{"any", 5}, {"unknown", "x"}});
  CHECK(typed({"name=a=b"}) == json{{"name", "a=b"}});
  CHECK(typed({"name="}) == json{{"name", ""}});
}

TEST_CASE("tool arguments: what cannot have the type stays text, for the check to name") {
  CHECK(typed({"count=five"}) == json{{"count", "five"}});
  CHECK(typed({"flag=yes"}) == json{{"flag", "yes"}});
}

TEST_CASE("tool arguments: a name given again makes a list") {
  CHECK(typed({"tags=a"}) == json{{"tags", {"a"}}});
  CHECK(typed({"tags=a", "tags=5"}) == json{{"tags", {"a", "5"}}});
  CHECK(typed({"numbers=1", "numbers=2"}) == json{{"numbers", {1, 2}}});
  CHECK(typed({"numbers=[1, 2]"}) == json{{"numbers", {1, 2}}});
  CHECK_THROWS_AS(typed({"count=1", "count=2"}), UsageError);
}

TEST_CASE("tool arguments: all at once") {
  CHECK(typed({R"({"count": 5})"}) == json{{"count", 5}});
  CHECK_THROWS_AS(typed({"{broken"}), UsageError);
  CHECK_THROWS_AS(typed({"word"}), UsageError);
  CHECK_THROWS_AS(typed({"=5"}), UsageError);
  CHECK(ArgumentWords({}).typed(nullptr) == json::object());
}

TEST_CASE("tool arguments: for prompts every value is text") {
  CHECK(ArgumentWords({"a=5", "b:=[1]", "c=true"}).as_text() == json{{"a", "5"}, {"b", "[1]"}, {"c", "true"}});
}

TEST_CASE("tool arguments: a reference of a server that leads nowhere says nothing of the type") {
  for (const char* reference : {"#/~x", "#/a~", "#/nowhere", "#", "http://h/#/a"}) {
    CAPTURE(reference);
    const json schema = {{"properties", {{"a", {{"$ref", reference}}}}}};
    CHECK(ArgumentWords({"a=text"}).typed(schema) == json{{"a", "text"}});
  }
}

TEST_CASE("tool arguments: a type behind a reference counts") {
  const json schema = {{"$defs", {{"s", {{"type", "string"}}}}}, {"properties", {{"a", {{"$ref", "#/$defs/s"}}}}}};
  CHECK(ArgumentWords({"a=5"}).typed(schema) == json{{"a", "5"}});
}
