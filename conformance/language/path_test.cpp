#include "conformance/language/path.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace mcplumb {
namespace {

using nlohmann::json;

const json kView = {{"status", 200},
                    {"header", {{"content-type", "text/html"}, {"x.y[0]", "odd"}}},
                    {"request", {{"header", {{"Accept", "*/*"}}}}},
                    {"result", {{"header", {{"a", 1}}}, {"a.b", {{"]", 2}}}, {"list", {1, 2, 3}}, {"null", nullptr}}},
                    {"grid", {{1, 2}, {3, 4}}}};

std::string found(const std::string& text) {
  const auto path = parse_path(text);
  if (!path) return "error: " + path.error().what;
  const json* value = find_value(*path, kView);
  return value ? value->dump() : "absent";
}

TEST_CASE("path: leads to what the view holds") {
  CHECK(found("status") == "200");
  CHECK(found("result.list[0]") == "1");
  CHECK(found("result.list[-1]") == "3");
  CHECK(found("grid[1][0]") == "3");
  CHECK(found("result.null") == "null");
  CHECK(found("result[\"a.b\"][\"]\"]") == "2");
}

TEST_CASE("path: leads nowhere without an error") {
  for (const char* text : {"result.list[3]", "result.list[-4]", "result.none.more", "status.x", "status[0]",
                           "result.list.x", "result[0]", "header.none", "result.list[99999999999999999]"}) {
    CAPTURE(text);
    CHECK(found(text) == "absent");
  }
}

TEST_CASE("path: a field name may have any form and any case") {
  CHECK(found("header.Content-TYPE") == "\"text/html\"");
  CHECK(found("header.x.y[0]") == "\"odd\"");
  CHECK(found("request.header.accept") == "\"*/*\"");
  CHECK(found("result.header.a") == "1");
  CHECK(found("result.header.A") == "absent");
}

TEST_CASE("path: what is no path is refused") {
  CHECK(found("") == "error: a name is missing in the path");
  CHECK(found("a..b") == "error: a name is missing in the path");
  CHECK(found("a.") == "error: a name is missing in the path");
  CHECK(found("[0]") == "error: a name is missing in the path");
  CHECK(found("a[0") == "error: `[` is not closed");
  CHECK(found("a[x]") == "error: an index is a whole number, as in `[0]` or `[-1]`");
  CHECK(found("a[0]b") == "error: a dot is missing behind `]`");
  CHECK(found("a]") == "error: `]` without `[`");
  CHECK(found("a[\"b]") == "error: `[\"` is not closed with `\"]`");
  CHECK(found("a[\"\\q\"]") == "error: the key in brackets is not a JSON string");
  CHECK(found("header.") == "error: a field name is missing behind `header.`");
}

TEST_CASE("path: a path that is built can be read again") {
  for (const char* key : {"plain", "a.b", "with [brackets]", "quote\"d", ""}) {
    const auto path = parse_path(path_below("result", key));
    REQUIRE(path);
    CHECK(path->steps.back().key == key);
  }
  CHECK(path_below("result.tools", std::size_t{3}) == "result.tools[3]");
}

}  // namespace
}  // namespace mcplumb
