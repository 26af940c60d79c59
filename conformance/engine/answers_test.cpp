#include "conformance/engine/answers.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace mcplumb;
using nlohmann::json;

TEST_CASE("answers: in their order, the last one for all that follow") {
  const auto answers =
      answers_of(json::parse(R"({"a":["silent",{"error":{"code":1}},{"result":{"x":1}}],"b":"decline"})"));
  REQUIRE(answers);
  const Answerer& a = answers->at("a");
  CHECK(a({}).is_null());
  CHECK(a({}) == json::parse(R"({"error":{"code":1}})"));
  CHECK(a({}) == json::parse(R"({"result":{"x":1}})"));
  CHECK(a({}) == json::parse(R"({"result":{"x":1}})"));
  CHECK(answers->at("b")({}) == json::parse(R"({"result":{"action":"decline"}})"));
}

TEST_CASE("answers: what is none") {
  for (const char* text :
       {"[]", R"({"a":"perhaps"})", R"({"a":[]})", R"({"a":{"result":1,"error":2}})", R"({"a":5})"}) {
    CAPTURE(text);
    CHECK_FALSE(answers_of(json::parse(text)));
  }
  CHECK(answers_of(nullptr)->empty());
}

TEST_CASE("answers: a form is filled with what it allows") {
  const json schema = json::parse(R"({"type":"object","properties":{
    "text":{"type":"string","minLength":10},"short":{"type":"string","maxLength":3},"mail":{"type":"string","format":"email"},
    "day":{"type":"string","format":"date"},"given":{"type":"string","default":"d"},"one":{"type":"string","enum":["x","y"]},
    "titled":{"type":"string","oneOf":[{"const":"k","title":"K"}]},"least":{"type":"integer","minimum":7},
    "most":{"type":"number","maximum":-2},"number":{"type":"number"},"flag":{"type":"boolean"},
    "several":{"type":"array","items":{"type":"string","enum":["p","q"]}}}})");
  CHECK(filled_form(schema) ==
        json::parse(R"({"text":"mcplumbxxx","short":"mcp","mail":"someone@example.com","day":"2026-01-31",
    "given":"d","one":"x","titled":"k","least":7,"most":-2,"number":1,"flag":true,"several":["p"]})"));
  CHECK(filled_form(nullptr) == json::object());
  const auto accept = answers_of({{"elicitation/create", "accept"}});
  CHECK(accept->at("elicitation/create")({{"params", {{"mode", "url"}}}}) ==
        json::parse(R"({"result":{"action":"accept"}})"));
}

TEST_CASE("answers: a text is entered wherever any text may be") {
  const json schema = json::parse(R"({"type":"object","properties":{"name":{"type":"string"},"mail":{"type":"string",
    "format":"email"},"day":{"type":"string","format":"date"},"one":{"type":"string","enum":["x","y"]},"age":{"type":"integer"}}})");
  const auto content = [&](const char* text) {
    const auto answers = answers_of({{"elicitation/create", {{"enter", text}}}});
    return answers->at("elicitation/create")({{"params", {{"requestedSchema", schema}}}})["result"]["content"];
  };
  CHECK(content("bob") ==
        json::parse(R"({"name":"bob","mail":"someone@example.com","day":"2026-01-31","one":"x","age":1})"));
  CHECK(content("bob@example.org")["mail"] == "bob@example.org");
}
