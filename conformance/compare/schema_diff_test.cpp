#include "conformance/compare/schema_diff.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace mcplumb;
using nlohmann::json;

namespace {

std::string first(const std::string& before, const std::string& after, SchemaSide side) {
  const auto changes = compare_schemas(json::parse(before), json::parse(after), side);
  if (changes.empty()) return "same";
  return std::string(to_string(changes.front().effect)) + " " + changes.front().where;
}

}  // namespace

TEST_CASE("schema diff: each kind of change has its effect for arguments and for results") {
  struct Row {
    const char* name;
    const char *before, *after;
    const char *taken, *given;
  };
  const Row kRows[] = {
      {"equal", R"({"type":"object"})", R"({"type":"object"})", "same", "same"},
      {"a new optional member", R"({"properties":{}})", R"({"properties":{"a":{}}})", "safe a", "safe a"},
      {"a new required member", R"({"properties":{}})", R"({"properties":{"a":{}},"required":["a"]})", "break a",
       "safe a"},
      {"a member is gone", R"({"properties":{"a":{}}})", R"({"properties":{}})", "break a", "break a"},
      {"a member becomes required", R"({"properties":{"a":{}}})", R"({"properties":{"a":{}},"required":["a"]})",
       "break a", "safe a"},
      {"a member becomes optional", R"({"properties":{"a":{}},"required":["a"]})", R"({"properties":{"a":{}}})",
       "safe a", "break a"},
      {"a member that no property describes becomes required", R"({})", R"({"required":["a"]})", "break a", "safe a"},
      {"and is not required any more", R"({"required":["a"]})", R"({})", "safe a", "break a"},
      {"another type", R"({"type":"string"})", R"({"type":"integer"})", "break ", "break "},
      {"a wider type", R"({"type":"string"})", R"({"type":["string","null"]})", "safe ", "break "},
      {"integer to number", R"({"type":"integer"})", R"({"type":"number"})", "safe ", "break "},
      {"no type any more", R"({"type":"integer"})", R"({})", "safe ", "break "},
      {"a value is gone", R"({"enum":["a","b"]})", R"({"enum":["a"]})", "break ", "safe "},
      {"a new value", R"({"enum":["a"]})", R"({"enum":["a","b"]})", "safe ", "break "},
      {"an enum where there was none", R"({})", R"({"enum":["a"]})", "break ", "safe "},
      {"const is an enum of one", R"({"const":"a"})", R"({"enum":["a"]})", "same", "same"},
      {"a lower maximum", R"({"maximum":9})", R"({"maximum":5})", "break ", "safe "},
      {"a lower minimum", R"({"minimum":9})", R"({"minimum":5})", "safe ", "break "},
      {"a new pattern", R"({})", R"({"pattern":"^a"})", "break ", "safe "},
      {"closed", R"({})", R"({"additionalProperties":false})", "break ", "safe "},
      {"opened", R"({"additionalProperties":false})", R"({})", "safe ", "safe "},
      {"items", R"({"items":{"type":"string"}})", R"({"items":{"type":"null"}})", "break []", "break []"},
      {"words", R"({"description":"a"})", R"({"description":"b"})", "wording ", "wording "},
      {"unknown keyword", R"({"x-y":1})", R"({"x-y":2})", "change ", "change "},
      {"an alternative is gone", R"({"anyOf":[{"minLength":1},{"minimum":2}]})", R"({"anyOf":[{"minLength":1}]})",
       "break ", "safe "},
      {"one more schema that must hold", R"({"allOf":[{"minLength":1}]})",
       R"({"allOf":[{"minLength":1},{"maxLength":9}]})", "break ", "safe "},
      {"one schema less that must hold", R"({"allOf":[{"minLength":1},{"maxLength":9}]})",
       R"({"allOf":[{"minLength":1}]})", "safe ", "break "},
      {"optional, written in two ways", R"({"anyOf":[{"type":"integer"},{"type":"null"}]})",
       R"({"type":["integer","null"]})", "same", "same"},
      {"a reference and what it stands for", R"({"$ref":"#/$defs/a","$defs":{"a":{"type":"string"}}})",
       R"({"type":"string"})", "same", "same"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.name);
    CHECK(first(row.before, row.after, SchemaSide::taken) == row.taken);
    CHECK(first(row.before, row.after, SchemaSide::given) == row.given);
  }
}

TEST_CASE("schema diff: the place is named through members, lists and references") {
  const json before = json::parse(
      R"({"properties":{"filter":{"type":"object","properties":{"tags":{"type":"array","items":{"$ref":"#/$defs/t"}}}}},
          "$defs":{"t":{"enum":["a","b"]}}})");
  json after = before;
  after["$defs"]["t"]["enum"] = {"a"};
  const auto changes = compare_schemas(before, after, SchemaSide::taken);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].where == "filter.tags[]");
  CHECK(changes[0].effect == Effect::broken);
  CHECK(changes[0].what == "lost the values [\"b\"]");
}

TEST_CASE("schema diff: a schema that holds itself comes to an end") {
  json before = json::parse(
      R"({"$ref":"#/$defs/n","$defs":{"n":{"properties":{"l":{"$ref":"#/$defs/n"},"r":{"$ref":"#/$defs/n"}}}}})");
  json after = before;
  after["$defs"]["n"]["properties"]["l"] = json::parse(R"({"anyOf":[{"$ref":"#/$defs/n"},{"type":"null"}]})");
  CHECK_FALSE(compare_schemas(before, after, SchemaSide::taken).empty());
  json loop = json::parse(R"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/a"}}})");
  CHECK(compare_schemas(loop, json::object(), SchemaSide::taken).size() <= 1);
}
