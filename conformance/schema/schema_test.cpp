#include "conformance/schema/schema.hpp"

#include <doctest/doctest.h>

using namespace mcplumb::schema;
using nlohmann::json;

namespace {

Verdict check(const json& schema, const json& instance, Options options = {}) {
  auto compiled = Schema::compile(schema, std::move(options));
  REQUIRE(compiled);
  return compiled->check(instance);
}

// "pointer what (schema)" of the only problem
std::string only(const Verdict& verdict) {
  CHECK(verdict.undecided == "");
  REQUIRE(verdict.problems.size() == 1);
  const Problem& problem = verdict.problems[0];
  return problem.instance + " " + problem.what + " (" + problem.schema + ")";
}

const json kForecast = json::parse(R"({
  "type": "object",
  "properties": {
    "city": {"type": "string", "minLength": 2},
    "days": {"type": "integer", "minimum": 1, "maximum": 14},
    "unit": {"enum": ["C", "F"]},
    "at": {"$ref": "#/$defs/point"}},
  "required": ["city"],
  "additionalProperties": false,
  "$defs": {"point": {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}], "items": false}}})");

}  // namespace

TEST_CASE("json schema: an instance that fits has no problems") {
  CHECK(check(kForecast, {{"city", "Oslo"}, {"days", 3.0}, {"unit", "C"}, {"at", {59.9, 10.7}}}).valid());
  CHECK(check(true, nullptr).valid());
}

TEST_CASE("json schema: each problem names the value, the keyword and the rule") {
  struct Row {
    const char* name;
    json instance;
    const char* problem;
  };
  const Row rows[] = {
      {"missing", json::object(), R"( must have the property "city" (#/required))"},
      {"wrong type", {{"city", 5}}, "/city must be a string, but is the number 5 (#/properties/city/type)"},
      {"too short", {{"city", "O"}}, "/city must have at least 2 characters, but has 1 (#/properties/city/minLength)"},
      {"fraction",
       {{"city", "Oslo"}, {"days", 1.5}},
       "/days must be an integer, but is the number 1.5 (#/properties/days/type)"},
      {"too much",
       {{"city", "Oslo"}, {"days", 15}},
       "/days must be at most 14, but is the number 15 (#/properties/days/maximum)"},
      {"not one of",
       {{"city", "Oslo"}, {"unit", "K"}},
       R"(/unit must be one of "C", "F", but is a string of 1 bytes (#/properties/unit/enum))"},
      {"unknown", {{"city", "Oslo"}, {"dasy", 3}}, R"( must not have the property "dasy" (#/additionalProperties))"},
      {"behind a reference",
       {{"city", "Oslo"}, {"at", {1, "x"}}},
       "/at/1 must be a number, but is a string of 1 bytes (#/$defs/point/prefixItems/1/type)"},
      {"too many",
       {{"city", "Oslo"}, {"at", {1, 2, 3}}},
       "/at must have at most 2 elements, but has 3 (#/$defs/point/items)"},
  };
  for (const Row& row : rows) SUBCASE(row.name) {
      CHECK(only(check(kForecast, row.instance)) == row.problem);
    }
}

TEST_CASE("json schema: all problems are named, up to the bound") {
  const json schema = {{"items", {{"type", "string"}}}};
  const json numbers(50, 1);
  CHECK(check(schema, numbers).problems.size() == 20);
  CHECK(check(kForecast, {{"days", 0}, {"unit", "K"}}).problems.size() == 3);
}

TEST_CASE("json schema: texts of the instance are shown only on demand") {
  const json schema = {{"const", "yes"}};
  CHECK(only(check(schema, "secret")) == R"( must be "yes", but is a string of 6 bytes (#/const))");
  Options options;
  options.show_text = true;
  CHECK(only(check(schema, "secret", options)) == R"( must be "yes", but is the text "secret" (#/const))");
}

TEST_CASE("json schema: alternatives say why none fits") {
  const json schema = json::parse(R"({"anyOf": [{"type": "string"}, {"type": "null"}]})");
  CHECK(only(check(schema, 5)) ==
        " fits none of 2 alternatives: must be a string, but is the number 5; must be null, but is the number 5 "
        "(#/anyOf)");
  const json one = json::parse(R"({"oneOf": [{"minimum": 1}, {"maximum": 9}]})");
  CHECK(only(check(one, 5)) == " must fit exactly one alternative, but fits number 1 and number 2 (#/oneOf)");
}

TEST_CASE("json schema: pointers escape what JSON pointers escape") {
  const json schema = json::parse(R"({"properties": {"a/b~": {"type": "null"}}})");
  CHECK(only(check(schema, {{"a/b~", 1}})) == "/a~1b~0 must be null, but is the number 1 (#/properties/a~1b~0/type)");
}

TEST_CASE("json schema: what cannot be decided is neither valid nor invalid") {
  struct Row {
    const char* name;
    const char* schema;
    const char* words;
  };
  const Row rows[] = {{"unknown document", R"({"$ref": "https://example.com/none.json"})", "leads to no known schema"},
                      {"endless", R"({"$ref": "#"})", "refers to itself forever"},
                      {"endless in turn", R"({"allOf": [{"$ref": "#/allOf/0"}]})", "refers to itself forever"},
                      {"bad expression", R"({"pattern": "("})", "not a regular expression"},
                      {"slow expression", R"({"pattern": "^(a+)+$"})", "takes too long"}};
  for (const Row& row : rows) SUBCASE(row.name) {
      const Verdict verdict = check(json::parse(row.schema), std::string(60, 'a') + "!");
      CHECK_FALSE(verdict.valid());
      CHECK_FALSE(verdict.invalid());
      CHECK(verdict.undecided.find(row.words) != std::string::npos);
    }
}

TEST_CASE("json schema: what was found before giving up stands") {
  const json schema = json::parse(R"({"properties": {"a": {"type": "string"}, "b": {"$ref": "nowhere.json"}}})");
  const Verdict verdict = check(schema, {{"a", 1}, {"b", 1}});
  CHECK(verdict.invalid());
  CHECK(verdict.problems.size() == 1);
}

TEST_CASE("json schema: a schema that would take forever is given up") {
  json bomb = {{"$defs", json::object()}, {"$ref", "#/$defs/d0"}};
  for (int i = 0; i < 40; ++i) {
    const json next = {{"$ref", "#/$defs/d" + std::to_string(i + 1)}};
    bomb["$defs"]["d" + std::to_string(i)] = {{"allOf", {next, next}}};
  }
  bomb["$defs"]["d40"] = true;
  CHECK(check(bomb, 1).undecided.find("steps") != std::string::npos);
}

TEST_CASE("json schema: the draft comes from $schema, else from the options") {
  const json tuple = {{"items", {{{"type", "string"}}}}};
  CHECK(check(tuple, json::array({1})).valid());  // a list under items is no schema in 2020-12
  Options options;
  options.draft = Draft::draft7;
  CHECK(check(tuple, json::array({1}), options).invalid());
  json named = tuple;
  named["$schema"] = "http://json-schema.org/draft-07/schema#";
  CHECK(check(named, json::array({1})).invalid());
  CHECK(Schema::compile(named)->draft() == Draft::draft7);
}

TEST_CASE("json schema: numbers are compared as decimals") {
  CHECK(check({{"multipleOf", 0.0001}}, 0.0075).valid());
  CHECK(check({{"multipleOf", 0.01}}, 0.015).invalid());
  CHECK(check({{"multipleOf", 0.5}}, 1e308).valid());
  CHECK(check({{"const", 1}}, 1.0).valid());
  CHECK(check({{"const", 9007199254740993}}, 9007199254740992.0).invalid());
  CHECK(check({{"uniqueItems", true}}, json::array({1, 1.0})).invalid());
  CHECK(check({{"uniqueItems", true}}, json::array({1, true})).valid());
  CHECK(check({{"multipleOf", 0}}, 5).invalid());
}

TEST_CASE("json schema: what is no schema is refused, what is a bad one is explained") {
  CHECK_FALSE(Schema::compile(json::array()));
  CHECK(Schema::compile(nullptr).error().what == "a schema must be an object or a boolean, but this is null");
  CHECK(check_schema(kForecast).valid());
  const Verdict bad = check_schema(json::parse(R"({"properties": {"a": {"type": "text"}}})"));
  REQUIRE(bad.invalid());
  CHECK(bad.problems[0].instance == "/properties/a/type");
  CHECK(check_schema(json::parse(R"({"properties": {"a": {"pattern": "("}}})")).problems[0].instance ==
        "/properties/a/pattern");
  CHECK(check_schema(json::parse(R"({"type": "object", "required": "a"})"), Draft::draft7).invalid());
  CHECK(check_schema(5).problems.size() == 1);
  // Of a dialect that is not known here: `exclusiveMinimum: true` is right in draft-04.
  CHECK(check_schema(json::parse(R"({"$schema": "http://json-schema.org/draft-04/schema#", "exclusiveMinimum": true})"))
            .valid());
  CHECK(check_schema(json::parse(R"({"$schema": 5, "type": "object"})")).invalid());
}

TEST_CASE("schema: references within a document that lead to nothing") {
  const auto dangling = [](const char* text) { return dangling_references(json::parse(text)); };
  const auto found = dangling(R"({"properties": {"q": {"$ref": "#/$defs/Query"}}})");
  REQUIRE(found.size() == 1);
  CHECK(found[0].instance == "/properties/q/$ref");
  CHECK(found[0].what == "leads to nothing: #/$defs/Query");
  CHECK(dangling(R"({"items": {"$ref": "#/definitions/a"}, "definitions": {"a": {}}})").empty());
  CHECK(dangling(R"({"properties": {"$ref": {"type": "string"}}})").empty());
  CHECK(dangling(R"({"enum": [{"$ref": "#/nowhere"}]})").empty());
  CHECK(dangling(R"({"items": {"$ref": "https://example.com/a.json"}})").empty());
  CHECK(dangling(R"([{"$ref": "#/nowhere"}])").empty());
  const auto foreign = [](const char* text) { return foreign_references(json::parse(text)); };
  CHECK(foreign(R"({"items": {"$ref": "https://example.com/a.json"}})").size() == 1);
  CHECK(foreign(R"({"items": {"$ref": "#/$defs/a"}})").empty());
  CHECK(foreign(R"({"$id": "https://example.com/", "$defs": {"a": {"$id": "a.json"}}, "items": {"$ref": "a.json"}})")
            .empty());
  CHECK(foreign(R"({"items": {"$ref": "https://json-schema.org/draft/2020-12/schema"}})").empty());
}

TEST_CASE("json schema: keywords of a wrong shape demand nothing") {
  CHECK(
      check(json::parse(R"({"required": 5, "properties": [], "minimum": "x", "type": 7, "allOf": {}})"), json::object())
          .valid());
}

TEST_CASE("schema: what is allowed and yet trips readers") {
  const auto odd = [](const char* text) {
    std::string all;
    for (const Problem& problem : oddities(json::parse(text))) all += problem.instance + " " + problem.what + "; ";
    return all;
  };
  CHECK(odd(R"({"type":"object","properties":{"a":{"type":"array"}}})").starts_with("/properties/a is an array"));
  CHECK(odd(R"({"type":"object","properties":{"a":{}},"required":["a","b"]})").ends_with("properties: b; "));
  CHECK(odd(R"({"type":"object","properties":{"a":{"_def":{"typeName":"ZodString"}}}})").find("internals") !=
        std::string::npos);
  CHECK(odd(R"({"$schema":"http://json-schema.org/draft-04/schema#","type":"object"})").find("draft-04") !=
        std::string::npos);
  SUBCASE("and what does not") {
    CHECK(
        odd(R"({"type":"object","properties":{"a":{"type":"array","items":{}},"type":{"type":"string"}},"required":["a"]})") ==
        "");
    CHECK(odd(R"({"type":"object","properties":{"a":{}},"required":["b"],"patternProperties":{"^b":{}}})") == "");
    CHECK(odd(R"({"type":"object","properties":{"_def":{"type":"string"}},"default":{"type":"array"}})") == "");
    CHECK(odd(R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object"})") == "");
  }
}

// Places in a schema were kept whole, each with all that leads to it: a message of 200 KB took 2 GB.
TEST_CASE("schema: where many schemas stand below a long name") {
  const std::string name(100'000, 'n');
  json inner = {{"type", "object"}, {"properties", json::object()}};
  for (int i = 0; i < 10'000; ++i) inner["properties"]["p" + std::to_string(i)] = {{"$ref", "#/$defs/none"}};
  const json document = {{"type", "object"}, {"properties", {{name, inner}}}};
  CHECK(check_schema(document).valid());
  const std::vector<Problem> problems = dangling_references(document);
  REQUIRE(problems.size() == kProblemsTold);
  CHECK(problems.front().instance == "/properties/" + name + "/properties/p0/$ref");
}

TEST_CASE("schema: a check may be stopped, and says how much it took") {
  const json document = {{"type", "array"}, {"items", {{"type", "integer"}}}};
  const auto compiled = Schema::refer_to(document, {.stopped = [] { return true; }});
  const Verdict verdict = compiled->check(json(std::vector<int>(1000, 1)));
  CHECK(verdict.undecided == "there was no time left for the check");
  CHECK(Schema::refer_to(document)->check(json::array({1})).steps > 2);
}
