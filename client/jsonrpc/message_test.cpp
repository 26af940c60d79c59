#include "client/jsonrpc/message.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;
using nlohmann::json;

TEST_CASE("json: a text becomes its value") {
  CHECK(*parse_json(R"({"a":[1,2.5,"x",null,true,{"b":-3}],"c":18446744073709551615})", {}, nullptr) ==
        json::parse(R"({"a":[1,2.5,"x",null,true,{"b":-3}],"c":18446744073709551615})"));
}

TEST_CASE("json: what is broken is an error with the place, never an exception") {
  struct Row {
    const char* name;
    std::string text;
    const char* says;
  };
  const Row rows[] = {
      {"empty", "", "the text is empty"},
      {"cut", R"({"a":)", "at byte 6"},
      {"two values", "1 2", "at byte 3"},
      {"bom", "\xEF\xBB\xBF{}", "byte order mark"},
      {"not utf-8", "\"\xFF\"", "ill-formed UTF-8"},
      {"lone surrogate", R"("\ud800")", "surrogate"},
      {"too large a number", "1e400", "number overflow"},
      {"html", "<html>", "near <html>"},
      {"deep arrays", std::string(100'000, '['), "nested deeper than 256"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    const Result<json> result = parse_json(row.text, {}, nullptr);
    REQUIRE_FALSE(result);
    CHECK_MESSAGE(result.error().what.find(row.says) != std::string::npos, result.error().what);
  }
}

TEST_CASE("json: a NUL character does not end the text") {
  using namespace std::string_view_literals;
  for (const std::string_view text : {"{}\0"sv, "{\"a\": 1}\0 garbage }}"sv, "{}\n\0{}"sv}) {
    const auto parsed = parse_json(text, {}, nullptr);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().what.find("NUL character at byte") != std::string::npos);
  }
  CHECK_FALSE(parse_json("{\"a\0\": 1}"sv, {}, nullptr));
  CHECK_FALSE(parse_json("{\0\"a\": 1}"sv, {}, nullptr));
  CHECK(parse_json(R"({"a": "\u0000"})", {}, nullptr));
}

TEST_CASE("json: nesting up to the bound is fine, one more is not") {
  CHECK(parse_json(std::string(256, '[') + std::string(256, ']'), {}, nullptr));
  CHECK_FALSE(parse_json(std::string(257, '[') + std::string(257, ']'), {}, nullptr));
}

TEST_CASE("json: duplicate keys are noticed at every depth, and the last one counts") {
  std::vector<std::string> duplicates;
  const auto value = parse_json(R"({"id":1,"x":{"y":1,"y":2},"id":3})", {}, &duplicates);
  REQUIRE(value);
  CHECK(duplicates == std::vector<std::string>{"y", "id"});
  CHECK((*value)["id"] == 3);
}

TEST_CASE("messages: params are left out when there are none") {
  CHECK(serialize(make_request(1, "ping", nullptr)) == R"({"id":1,"jsonrpc":"2.0","method":"ping"})");
  CHECK(make_notification("x", {{"a", 1}})["params"]["a"] == 1);
}

TEST_CASE("messages: what may be sent again only asks") {
  CHECK(may_be_sent_again(make_request(1, "resources/read", {{"uri", "x:"}})));
  CHECK_FALSE(may_be_sent_again(make_request(1, "tools/call", {{"name", "x"}})));
  CHECK_FALSE(may_be_sent_again(make_request(1, "of-the-author", nullptr)));
  CHECK(may_be_sent_again(make_notification("notifications/initialized", nullptr)));
  CHECK_FALSE(may_be_sent_again(make_notification("of-the-author", nullptr)));
  CHECK_FALSE(may_be_sent_again(5));
}

TEST_CASE("shortened: one line, controls escaped, the cut marked") {
  CHECK(shortened("a\x1b[31m\n", 60) == "a\\x1b[31m\\n");
  CHECK(shortened("abcdef", 3) == "abc…");
  CHECK(shortened("\xff\xc2\x9b", 9) == "\\xff\\u009b");
  CHECK(shortened("äö", 9) == "äö");
}
