#include "conformance/exercise/arguments.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "client/jsonrpc/message.hpp"
#include "conformance/schema/schema.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace {

ArgumentList list_of(const char* schema) { return make_arguments(json::parse(schema), {}); }

// What they are, and each as its schema says it is.
std::vector<std::string> kinds(const char* text, bool fitting) {
  const json document = json::parse(text);
  const auto schema = schema::Schema::compile(document, {});
  std::vector<std::string> all;
  for (const MadeArguments& each : make_arguments(document, {}).all) {
    CHECK(schema->check(each.value).valid() == each.fits);
    if (each.fits == fitting) all.push_back(each.what);
  }
  return all;
}

bool holds(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

TEST_CASE("arguments: the plainest first, what the schema names before what is made") {
  const ArgumentList list = list_of(R"({"type": "object", "required": ["city", "days"], "properties": {
    "city": {"type": "string", "examples": ["Berlin"]}, "days": {"type": "integer", "minimum": 2, "maximum": 9},
    "unit": {"enum": ["C", "F"]}}})");
  REQUIRE(list.problem.empty());
  CHECK(list.all[0].value == json{{"city", "Berlin"}, {"days", 2}});
  CHECK(list.all[0].what.empty());
  CHECK(list.all[1].value == json{{"city", "Berlin"}, {"days", 2}, {"unit", "C"}});
}

TEST_CASE("arguments: bounds, Unicode and alternatives fit, one broken rule at a time does not") {
  const char* schema = R"({"type": "object", "required": ["n"], "additionalProperties": false, "properties": {
    "n": {"type": "integer", "minimum": 1, "maximum": 10}, "s": {"type": "string", "minLength": 2, "maxLength": 5},
    "list": {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": 3},
    "either": {"anyOf": [{"type": "null"}, {"type": "boolean"}]}}})";
  const auto good = kinds(schema, true), bad = kinds(schema, false);
  for (const char* each : {"n: as large as allowed", "s: as long as maxLength allows", "s: Unicode beyond ASCII",
                           "list: as many elements as maxItems allows", "list.[0]: negative", "either: null",
                           "with everything that is optional"})
    CHECK_MESSAGE(holds(good, each), std::string(each));
  for (const char* each : {"n: left out, and required", "n: below minimum", "n: above maximum", "n: of another type",
                           "s: shorter than minLength", "s: longer than maxLength", "list: more elements than maxItems",
                           "list.[0]: of another type", "a member that no property describes"})
    CHECK_MESSAGE(holds(bad, each), std::string(each));
}

TEST_CASE("arguments: what would be too large to send is not made") {
  for (
      const char* schema :
      {R"({"type":"array","minItems":100000000})", R"({"type":"array","minItems":100000000,"items":{"type":"string"}})",
       R"({"type":"array","minItems":900,"items":{"type":"array","minItems":900,"items":{"type":"array","minItems":900}}})",
       R"({"type":"array","minItems":20,"items":{"type":"string","minLength":9000}})"}) {
    const std::string whole = std::string(R"({"type":"object","required":["a"],"properties":{"a":)") + schema + "}}";
    CAPTURE(schema);
    CHECK_FALSE(list_of(whole.c_str()).problem.empty());
  }
  const ArgumentList list = list_of(
      R"({"type":"object","properties":{"a":{"type":"array","maxItems":500,"items":{"type":"string","minLength":9000}}}})");
  for (const MadeArguments& each : list.all) CHECK(serialize(each.value).size() < 300'000);
}

TEST_CASE("arguments: what a schema asks for is bounded, and the bound is ours") {
  const auto requiring = [](int count) {
    json schema = {{"type", "object"}};
    for (int i = 0; i < count; ++i) schema["required"].push_back("r" + std::to_string(i));
    return schema;
  };
  const ArgumentList many = make_arguments(requiring(1000), {});
  CHECK(many.all.front().value.size() == 1000);
  CHECK(many.all.size() < 60);
  CHECK(many.at_limit == "all that its inputSchema asks for is more than 8 MiB, mcplumb's own limit");
  const ArgumentList too_many = make_arguments(requiring(100'000), {});
  CHECK(too_many.all.empty());
  CHECK(too_many.problem == "its inputSchema asks for more than 256 KiB of arguments, mcplumb's own limit");
  CHECK(too_many.at_limit == too_many.problem);
  const ArgumentList some = make_arguments(requiring(300), {});
  CHECK(some.at_limit.empty());
  CHECK(some.all.size() == 101);  // as many of what does not fit as there are calls of one tool, and more
}

TEST_CASE("arguments: a long text is not made, and a schema that refers to itself many times takes no time") {
  const ArgumentList list = list_of(
      R"({"type":"object","properties":{"a":{"type":"string","maxLength":900000},"b":{"minLength":90000000}}})");
  CHECK(list.problem.empty());
  for (const MadeArguments& each : list.all) CHECK(serialize(each.value).size() < 200'000);
  json parts = json::array();
  for (int i = 0; i < 5000; ++i) parts.push_back({{"$ref", "#/$defs/a"}});
  const ArgumentList none = make_arguments({{"type", "object"},
                                            {"required", {"a"}},
                                            {"properties", {{"a", {{"$ref", "#/$defs/a"}}}}},
                                            {"$defs", {{"a", {{"allOf", parts}}}}}},
                                           {});
  CHECK(none.all.empty());
}

TEST_CASE("arguments: of one property under very many schemas") {
  json schema = {{"type", "object"}, {"required", {"a"}}};
  for (int i = 0; i < 20'000; ++i) schema["allOf"].push_back({{"properties", {{"a", {{"minLength", 1}}}}}});
  const ArgumentList list = make_arguments(schema, {});
  REQUIRE_FALSE(list.all.empty());
  CHECK(list.all.front().value == json{{"a", "text"}});
}

TEST_CASE("arguments: whether there are some is asked, and it may be stopped") {
  const json schema = json::parse(R"({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}})");
  const ArgumentList one = make_arguments(schema, {.only_plainest = true});
  REQUIRE(one.all.size() == 1);
  CHECK(one.all.front().value == make_arguments(schema, {}).all.front().value);
  const ArgumentList stopped = make_arguments(schema, {.stopped = [] { return true; }});
  CHECK(stopped.all.empty());
  CHECK(stopped.problem == "there was no time left to make arguments");
  CHECK(stopped.at_limit.empty());
}

TEST_CASE("arguments: references, patterns and formats") {
  const ArgumentList list = list_of(R"({"type": "object", "required": ["id", "at", "node", "both"],
    "$defs": {"node": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "child": {"$ref": "#/$defs/node"}}}},
    "properties": {"id": {"type": "string", "pattern": "^[A-Z]{3}-\\d{2,4}(a|b)?$"}, "at": {"type": "string", "format": "date"},
    "node": {"$ref": "#/$defs/node"}, "both": {"allOf": [{"type": "integer", "minimum": 3}, {"maximum": 3}]}}})");
  REQUIRE(list.problem.empty());
  CHECK(list.all[0].value ==
        json::parse(R"({"id": "AAA-11a", "at": "2025-06-18", "node": {"name": "text"}, "both": 3})"));
}

TEST_CASE("arguments: without parameters there is one call that fits, and nothing to break but what is forbidden") {
  CHECK(list_of(R"({"type": "object"})").all.size() == 1);
  const auto bad = kinds(R"({"type": "object", "additionalProperties": false})", false);
  CHECK(bad == std::vector<std::string>{"a member that no property describes"});
}

TEST_CASE("arguments: what cannot be made is said, and takes no time") {
  CHECK(list_of("[]").problem == "its inputSchema is no schema");
  for (
      const char* schema :
      {R"({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/properties/a"}}})",
       R"({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer", "minimum": 5, "maximum": 3}}})",
       R"({"type": "object", "required": ["a"], "properties": {"a": false}})",
       R"({"type": "object", "required": ["a"], "properties": {"a": {"$ref": "https://example.com/a.json"}}})",
       R"({"type": "object", "required": ["a"], "$defs": {"x": {"anyOf": [{"$ref": "#/$defs/x"}, {"$ref": "#/$defs/x"}]}}, "properties": {"a": {"$ref": "#/$defs/x"}}})",
       R"({"type": "array"})"}) {
    const ArgumentList list = list_of(schema);
    CHECK_MESSAGE(list.all.empty(), std::string(schema));
    CHECK_FALSE(list.problem.empty());
  }
}

TEST_CASE("arguments: what a default mends is not wrong, and null is not where nothing may stand") {
  const auto bad =
      kinds(R"({"type": "object", "required": ["to", "every", "by"], "$defs": {"n": {"type": "integer", "default": 1}},
    "properties": {"to": {"type": "integer"}, "every": {"type": "integer", "default": 100}, "by": {"$ref": "#/$defs/n"},
    "unit": {"type": "string"}}})",
            false);
  CHECK(holds(bad, "to: left out, and required"));
  CHECK(holds(bad, "to: null"));
  for (const char* what : {"every: left out, and required", "by: left out, and required", "every: null", "unit: null"})
    CHECK_FALSE_MESSAGE(holds(bad, what), std::string(what));
  CHECK(holds(bad, "unit: of another type"));
}

TEST_CASE("arguments: the same seed makes the same, another one other letters") {
  const json schema = json::parse(R"({"type": "object", "properties": {"a": {"type": "string"}}})");
  const auto texts = [&](std::uint64_t seed) {
    std::vector<json> all;
    for (const MadeArguments& each : make_arguments(schema, {.seed = seed}).all) all.push_back(each.value);
    return all;
  };
  CHECK(texts(1) == texts(1));
  CHECK(texts(1) != texts(2));
}

TEST_CASE("arguments: what the user gives comes first, and its members serve for all calls") {
  const json schema = json::parse(
      R"({"type": "object", "required": ["repo"], "properties": {"repo": {"type": "string"}, "n": {"type": "integer"}}})");
  const ArgumentList list = make_arguments(schema, {.given = {json{{"repo", "/work"}}}});
  CHECK(list.all[0].value == json{{"repo", "/work"}});
  CHECK(list.all[1].value == json{{"repo", "/work"}, {"n", 1}});
}

TEST_CASE("arguments: what is large is told, and a member that is not allowed") {
  const ArgumentList list = list_of(R"({"type": "object", "additionalProperties": false, "properties": {
    "seconds": {"type": "number"}, "text": {"type": "string"}}})");
  for (const MadeArguments& each : list.all) {
    CAPTURE(each.what);
    const json& text = each.value.contains("text") ? each.value["text"] : json();
    const bool far = each.value.contains("seconds") && each.value["seconds"].is_number() &&
                     std::abs(each.value["seconds"].get<double>()) > 100;
    CHECK(each.large == (far || (text.is_string() && text.get<std::string>().size() > 1000)));
    CHECK(each.extra_member == each.value.contains("mcplumb_extra"));
  }
}
