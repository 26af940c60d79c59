#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "conformance/language/excerpt.hpp"
#include "conformance/language/matcher.hpp"
#include "conformance/language/matcher_word.hpp"
#include "conformance/language/path.hpp"
#include "conformance/language/reader.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

const Variables kVariables = {
    {"five", 5}, {"text", "a.b"}, {"list", {1, 2}}, {"random", "0123456789abcdef"}, {"revision", "2025-06-18"}};

// Reads `expect` as the language spells it, in one line of flow YAML.
Suite suite_with(const std::string& expect) {
  ReaderContext context;
  for (const auto& [name, value] : kVariables) context.variables[name] = value;
  const std::string text =
      "suite: s\ntitle: T\nshapes:\n  tool: {type: object, fields: {name: {type: string}, \"title?\": {type: "
      "string}}}\n"
      "  tools: {type: array, each: {shape: tool}}\nchecks:\n"
      "  - {id: a, title: T, level: must, steps: [{request: {method: m}, expect: " +
      expect + "}]}\n";
  ReadResult result = read_suite(text, "s.yaml", context);
  for (const Diagnostic& problem : result.problems) FAIL_CHECK(render(problem));
  return result.suite;
}

// "path: expected, not actual" for each mismatch, a line each.
std::string judged(const std::string& expect, const json& view) {
  const Suite suite = suite_with(expect);
  if (suite.checks.empty() || suite.checks[0].steps.empty()) return "not read";
  std::string shown;
  for (const Mismatch& found : evaluate(suite.checks[0].steps[0].expect, view, {suite.shapes, kVariables})) {
    shown += (shown.empty() ? "" : "\n") + found.path + ": " + found.expected + ", not " + found.actual;
  }
  return shown;
}

struct Row {
  const char* matcher;
  const char* passing;  // JSON of `result`; empty = absent
  const char* failing;
  const char* mismatch;
};

json view_of(const std::string& result) {
  json view = {{"status", 200}, {"error", 7}};
  if (!result.empty()) view["result"] = json::parse(result);
  return view;
}

TEST_CASE("matcher: every word holds and does not hold") {
  const Row rows[] = {
      {"5", "5", "6", "result: 5, not 6"},
      {"5", "5.0", "\"5\"", "result: 5, not \"5\""},
      {"no", "\"no\"", "false", "result: \"no\", not false"},
      {"null", "null", "", "result: null, not absent"},
      {"[1, {a: b}]", R"([1,{"a":"b"}])", "[1]", R"(result: [1,{"a":"b"}], not [1])"},
      {"{equals: {}}", "{}", "[]", "result: {}, not []"},
      {"{not: 5}", "6", "5", "result: not 5, not 5"},
      {"{not: {present: true}}", "", "5", "result: not present, not 5"},
      {"{any-of: [{type: string}, {min: 3}]}", "4", "2", "result: either a string, or at least 3, not 2"},
      {"{any-of: [{absent: true}, {equals: 1}]}", "", "2", "result: either absent, or 1, not 2"},
      {"{all-of: [{min: 1}, {max: 2}]}", "2", "3", "result: at most 2, not 3"},
      {"{one-of: [200, 202]}", "202", "404", "result: one of 200, 202, not 404"},
      {"{one-of: [200, 202]}", "200", "", "result: one of 200, 202, not absent"},
      {"{type: string}", "\"\"", "1", "result: a string, not 1"},
      {"{type: integer}", "1.0", "1.5", "result: an integer, not 1.5"},
      {"{type: number}", "1.5", "true", "result: a number, not true"},
      {"{type: boolean}", "false", "0", "result: a boolean, not 0"},
      {"{type: object}", "{}", "[]", "result: an object, not []"},
      {"{type: array}", "[]", "null", "result: an array, not null"},
      {"{type: [string, integer, \"null\"]}", "null", "{}", "result: a string or an integer or null, not {}"},
      {"{absent: true}", "", "null", "result: absent, not null"},
      {"{present: true}", "null", "", "result: present, not absent"},
      {"{matches: '^[a-z]+$'}", "\"abc\"", "\"a1\"", "result: a string matching /^[a-z]+$/, not \"a1\""},
      {"{matches: '^\\p{L}$'}", "\"ä\"", "5", "result: a string matching /^\\p{L}$/, not 5"},
      {"{contains: bc}", "\"abcd\"", "\"ab\"", "result: containing \"bc\", not \"ab\""},
      {"{contains: 2}", "[1,2]", "[1,\"2\"]", "result: containing 2, not [1,\"2\"]"},
      {"{starts-with: ab}", "\"abc\"", "\"a\"", "result: a string starting with \"ab\", not \"a\""},
      {"{expands-to: 'a://7'}", "\"a://{id}\"", "\"b://{id}\"",
       "result: a URI template that expands to \"a://7\", not \"b://{id}\""},
      {"{ends-with: bc}", "\"abc\"", "\"abcd\"", "result: a string ending with \"bc\", not \"abcd\""},
      {"{min: 5}", "5", "4.9", "result: at least 5, not 4.9"},
      {"{max: 500}", "500", "501", "result: at most 500, not 501"},
      {"{above: 5}", "6", "5", "result: more than 5, not 5"},
      {"{below: 5}", "4", "\"4\"", "result: less than 5, not \"4\""},
      {"{size: 3}", "\"abc\"", "[]", "result: of size 3 (it is 0), not []"},
      {"{size: {min: 1}}", "{\"a\":1}", "{}", "result: of size at least 1 (it is 0), not {}"},
      {"{size: 0}", "[]", "5", "result: a string, an array or an object, not 5"},
      {"{each: {min: 2}}", "[2,3]", "[2,1,0]", "result[1]: at least 2, not 1\nresult[2]: at least 2, not 0"},
      {"{each: {type: integer}}", "{\"a\":1}", "{\"a\":1,\"b.c\":null}", "result[\"b.c\"]: an integer, not null"},
      {"{each: {type: integer}}", "[]", "5", "result: an array, not 5"},
      {"{some: 3}", "[1,3]", "[1,2]", "result: at least one element 3, not [1,2]"},
      {"{none: {below: 0}}", "[0,1]", "[1,-1,-2]", "result[1]: not less than 0, not -1"},
      {"{unique: true}", "[1,\"1\",{}]", "[1,{\"a\":2},3,{\"a\":2}]",
       "result[3]: different from `result[1]`, not {\"a\":2}"},
      {"{unique: name}", "[{\"name\":1},{\"name\":2},{},{}]", "[{\"name\":1},{\"name\":1}]",
       "result[1].name: different from `result[0].name`, not 1"},
      {"{has: [a, b]}", "{\"a\":1,\"b\":null}", "{\"a\":1}", "result: an object with the keys a, b, not {\"a\":1}"},
      {"{fields: {a: 1, \"b?\": 2}}", "{\"a\":1}", "{\"b\":3}", "result.a: 1, not absent\nresult.b: 2, not 3"},
      {"{fields: {a: {absent: true}}}", "{}", "{\"a\":null}", "result.a: absent, not null"},
      {"{fields: {a: 1}}", "{\"a\":1}", "[1]", "result: an object, not [1]"},
      {"{media-type: text/event-stream}", "\"Text/Event-Stream ; charset=utf-8\"", "\"text/event-streams\"",
       "result: media type text/event-stream, not \"text/event-streams\""},
      {"{same-as: error}", "7", "8", "result: the same as `error` (7), not 8"},
      {"{shape: tools}", R"([{"name":"a","title":"b"}])", R"([{"name":"a"},{"name":1,"title":null}])",
       "result[1].name: a string, not 1\nresult[1].title: a string, not null"},
      {"{format: uri}", "\"https://a.b/c?d#e\"", "\"a/b\"", "result: a URI, not \"a/b\""},
      {"{type: integer, min: 3}", "3", "\"x\"", "result: an integer, not \"x\"\nresult: at least 3, not \"x\""},
      {"\"${five}\"", "5", "\"5\"", "result: 5, not \"5\""},
      {"{min: \"${five}\"}", "5", "4", "result: at least 5, not 4"},
      {"{matches: '^${text}$'}", "\"a.b\"", "\"axb\"", "result: a string matching /^${text}$/, not \"axb\""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.matcher);
    const std::string expect = std::string("{result: ") + row.matcher + "}";
    CHECK(judged(expect, view_of(row.passing)) == "");
    CHECK(judged(expect, view_of(row.failing)) == row.mismatch);
  }
}

TEST_CASE("matcher: an inner failure names the exact place") {
  const json view = {
      {"result", {{"tools", {{{"inputSchema", {{"type", "object"}}}}, {{"inputSchema", {{"type", 5}}}}}}}}};
  CHECK(judged("{result.tools: {each: {fields: {inputSchema: {fields: {type: object}}}}}}", view) ==
        "result.tools[1].inputSchema.type: \"object\", not 5");
}

TEST_CASE("matcher: a header is text, whatever the suite or a variable holds") {
  const json view = {{"header", {{"X-Count", "012"}, {"content-length", "5"}, {"X-Version", "1.10"}}}};
  CHECK(judged("{header.x-count: 012, header.Content-Length: 5, header.x-version: 1.10}", view) == "");
  CHECK(judged("{header.content-length: \"${five}\"}", view) == "");
  CHECK(judged("{header.content-length: {one-of: [4, 5]}}", view) == "");
  CHECK(judged("{header.x-version: 1.1}", view) == "header.x-version: \"1.1\", not \"1.10\"");
  CHECK(judged("{header.x-none: {absent: true}}", view) == "");
}

TEST_CASE("matcher: a number in a message is no text") {
  CHECK(judged("{message.id: 1}", {{"message", {{"id", "1"}}}}) == "message.id: 1, not \"1\"");
}

TEST_CASE("matcher: two values that should be the same must both be there") {
  CHECK(judged("{result: {same-as: message}}", view_of("5")) == "result: the same as `message` (absent), not 5");
  CHECK(judged("{result: {same-as: message}}", view_of("")) == "result: the same as `message`, not absent");
}

TEST_CASE("matcher: the list of mismatches ends") {
  json list = json::array();
  for (int i = 0; i < 1000; ++i) list.push_back(i);
  const Suite suite = suite_with("{result: {each: {type: string}}}");
  CHECK(evaluate(suite.checks[0].steps[0].expect, {{"result", list}}, {suite.shapes, kVariables}).size() ==
        kMostMismatches);
}

TEST_CASE("matcher: a mismatch knows its place in the suite") {
  const Suite suite = suite_with("{result: {type: string}}");
  const auto found = evaluate(suite.checks[0].steps[0].expect, {{"result", 1}}, {suite.shapes, kVariables});
  REQUIRE(found.size() == 1);
  CHECK(found[0].at.file == "s.yaml");
  CHECK(found[0].at.line == 7);
}

TEST_CASE("matcher: a name without a value is a mismatch, not a crash") {
  const Suite suite = suite_with("{result: \"${five}\"}");
  const auto found = evaluate(suite.checks[0].steps[0].expect, {{"result", 1}}, {suite.shapes, {}});
  REQUIRE(found.size() == 1);
  CHECK(found[0].expected == "\"${five}\"; `${five}` has no value");
}

TEST_CASE("matcher: hostile values neither throw nor take long") {
  json deep = 1;
  for (int i = 0; i < 1000; ++i) deep = json::array({std::move(deep)});
  CHECK(judged("{result: {type: string}}", {{"result", deep}}).find("[[[") != std::string::npos);
  CHECK(judged("{result: x}", {{"result", "\xff\xfe"}}) == "result: \"x\", not \"\xef\xbf\xbd\xef\xbf\xbd\"");
  CHECK(judged("{result: {matches: b}}", {{"result", "\xff b"}}) == "");
  CHECK(judged("{result: {each: {type: string}}}", {{"result", {{"\xff", 1}}}}) ==
        "result[\"\xef\xbf\xbd\"]: a string, not 1");
  const std::string many(40, 'a');
  CHECK(judged("{result: {matches: '^(a+)+$'}}", {{"result", many + "!"}}).find("took too long") != std::string::npos);
  json equal = json::array();
  for (int i = 0; i < 50'000; ++i) equal.push_back(std::to_string(i));
  CHECK(judged("{result: {unique: true}}", {{"result", equal}}) == "");
}

TEST_CASE("matcher: lookup copies what a path leads to") {
  const json view = {{"result", {{"list", {1, 2}}}}};
  CHECK(lookup("result.list[-1]", view) == json(2));
  CHECK_FALSE(lookup("result.list[2]", view));
  CHECK_FALSE(lookup("result..list", view));
}

TEST_CASE("excerpt: a long value is cut where a character ends") {
  CHECK(excerpt({{"a", {1, "x", nullptr}}}) == R"({"a":[1,"x",null]})");
  CHECK(excerpt(std::string(300, 'x')) == "\"" + std::string(199, 'x') + "…");
  const std::string cut = excerpt("ääääää", 6);
  CHECK(cut == "\"ää…");
  json big = json::array();
  for (int i = 0; i < 100'000; ++i) big.push_back(i);
  CHECK(excerpt(big).size() < 220);
}

}  // namespace
TEST_CASE("matcher: what is nested too deep to judge does not pass") {
  Matcher matcher{{{matcher_word("present"), true}}, {}};
  for (int i = 0; i < 150; ++i) {
    Clause all{matcher_word("all-of")};
    all.matchers.push_back(std::move(matcher));
    matcher = Matcher{{std::move(all)}, {}};
  }
  Expectations expectations;
  expectations.all.push_back({"result", matcher, {}});
  const auto found = evaluate(expectations, json{{"result", 1}}, {{}, kVariables});
  REQUIRE(found.size() == 1);
  CHECK(found[0].expected == "a value that is not nested too deep to judge");
  CHECK_FALSE(holds(expectations, json{{"result", 1}}, {{}, kVariables}));
}

}  // namespace mcplumb
