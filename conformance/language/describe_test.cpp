#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "conformance/language/describe.hpp"
#include "conformance/language/reader.hpp"

namespace mcplumb {
namespace {

std::string described(const std::string& matcher) {
  const std::string text =
      "suite: s\ntitle: T\nshapes: {tool: {type: object}}\nchecks:\n"
      "  - {id: a, title: T, level: must, watch: reply, expect: {result: " +
      matcher + "}}\n";
  const ReadResult read = read_suite(text, "s.yaml");
  for (const Diagnostic& problem : read.problems) FAIL_CHECK(render(problem));
  return read.problems.empty() ? describe(read.suite.checks[0].expect.all[0].matcher) : "";
}

TEST_CASE("matcher: is described in plain English") {
  CHECK(described("{one-of: [200, 202]}") == "one of 200, 202");
  CHECK(described("{type: integer, min: 3}") == "an integer and at least 3");
  CHECK(described("{size: {max: 128}}") == "of size at most 128");
  CHECK(described("{each: {shape: tool}}") == "every element the shape `tool`");
  CHECK(described("{not: {format: uri}}") == "not a URI");
  CHECK(described("{fields: {name: {type: string}, \"title?\": {type: string}}}") ==
        "an object with `name`: a string, `title` (if there): a string");
  CHECK(described("{unique: name}") == "no two elements with the same `name`");
  CHECK(described("{unique: true}") == "no two equal elements");
  CHECK(described("{has: [a, b]}") == "an object with the keys a, b");
}

TEST_CASE("matcher: a long description is cut") {
  std::string values;
  for (int i = 0; i < 1000; ++i) values += (i ? ", v" : "v") + std::to_string(i);
  CHECK(described("{one-of: [" + values + "]}").size() < 620);
}

}  // namespace
}  // namespace mcplumb
