#include "conformance/language/yaml.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace mcplumb {
namespace {

using nlohmann::json;

json value_of(const std::string& text) {
  const YamlResult result = parse_yaml(text, "t.yaml");
  REQUIRE(result.problems.empty());
  REQUIRE(result.root);
  return to_json(*result.root);
}

std::string problem_of(const std::string& text, const YamlLimits& limits = {}) {
  const YamlResult result = parse_yaml(text, "t.yaml", limits);
  return result.problems.empty() ? "" : render(result.problems[0]).substr(0, render(result.problems[0]).find('\n'));
}

TEST_CASE("yaml: a byte order mark at the beginning is passed over, and stays what it is elsewhere") {
  CHECK(value_of("\xEF\xBB\xBF"
                 "a: 1") == json{{"a", 1}});
  CHECK(problem_of("\xEF\xBB\xBF"
                   "a: 1\na: 2")
            .starts_with("t.yaml:2:1: error: the key `a` is given twice"));
  CHECK(value_of("a: \"\xEF\xBB\xBF\"") == json{{"a", "\xEF\xBB\xBF"}});
}

TEST_CASE("yaml: a plain scalar has a type only if it is a JSON literal") {
  struct Row {
    const char* text;
    json value;
  };
  const Row rows[] = {
      {"null", nullptr},
      {"true", true},
      {"false", false},
      {"0", 0},
      {"-12", -12},
      {"1.10", 1.1},
      {"2e3", 2000.0},
      {"9007199254740993", 9007199254740993},
      {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
      {"18446744073709551615", std::numeric_limits<std::uint64_t>::max()},
      {"no", "no"},
      {"off", "off"},
      {"yes", "yes"},
      {"Null", "Null"},
      {"~", "~"},
      {"TRUE", "TRUE"},
      {"012", "012"},
      {"+1", "+1"},
      {"1.", "1."},
      {".5", ".5"},
      {"0x10", "0x10"},
      {"1_000", "1_000"},
      {"1:30", "1:30"},
      {"2025-06-18", "2025-06-18"},
      {".inf", ".inf"},
      {"'5'", "5"},
      {"\"true\"", "true"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const json value = value_of(std::string("v: ") + row.text + "\n")["v"];
    CHECK(value == row.value);
    CHECK(value.type_name() == std::string(row.value.type_name()));
  }
}

TEST_CASE("yaml: the text of a number is kept as it was written") {
  const YamlResult result = parse_yaml("v: 1.10\n", "t.yaml");
  CHECK(result.root->find("v")->text == "1.10");
}

TEST_CASE("yaml: a key is always text") {
  CHECK(value_of("1: a\ntrue: b\nnull: c\n2025-06-18..: d\n") ==
        json{{"1", "a"}, {"true", "b"}, {"null", "c"}, {"2025-06-18..", "d"}});
}

TEST_CASE("yaml: JSON is read as it is") {
  const std::string text = R"({"a": [1, 2.5, null, true, "x\u00e4\n"], "b": {}, "c": []})";
  CHECK(value_of(text) == json::parse(text));
}

TEST_CASE("yaml: keys and values know where they stand") {
  const YamlResult result = parse_yaml("a: 1\nbä:\n  - x\n  - {c: yy}\n", "t.yaml");
  const Node& root = *result.root;
  CHECK(root.keys[1].line == 2);
  CHECK(root.values[1].line == 3);
  const Node& inner = root.values[1].items[1];
  CHECK(inner.line == 4);
  CHECK(inner.column == 5);
  CHECK(inner.values[0].column == 9);
  CHECK(inner.end_column == 12);
  CHECK(root.end_line == 4);
}

TEST_CASE("yaml: what is too deep, too much or too long is refused") {
  CHECK(problem_of(std::string(63, '[') + std::string(63, ']')) == "");
  CHECK(problem_of(std::string(65, '[') + std::string(65, ']')) == "t.yaml:1:65: error: nested deeper than 64 levels");
  const std::string limit =
      ", mcplumb's own limit for a suite, a gate, a baseline and the like; leave out or split off what is not needed";
  YamlLimits limits;
  limits.nodes = 3;
  CHECK(problem_of("[a, b, c]", limits) == "t.yaml:1:8: error: more than 3 values in one file" + limit);
  limits.bytes = 4;
  CHECK(problem_of("[a, b]", limits) == "t.yaml:1:1: error: the file is larger than 4 bytes" + limit);
}

TEST_CASE("yaml: a control character is refused where it stands") {
  CHECK(problem_of("a: b\nc: \x01\n") == "t.yaml:2:4: error: control characters are not allowed");
}

TEST_CASE("yaml: overlong forms, surrogates and cut sequences are not UTF-8") {
  for (const char* text :
       {"\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80", "\xff"}) {
    CHECK(problem_of(text) == "t.yaml:1:1: error: the file is not UTF-8");
  }
  CHECK(value_of("a: \"\xf0\x9f\x98\x80\"\n")["a"] == "\xf0\x9f\x98\x80");
}

TEST_CASE("yaml: a file without any byte is refused like one with comments only") {
  CHECK(problem_of("") == "t.yaml:1:1: error: the file is empty");
}

}  // namespace
}  // namespace mcplumb
