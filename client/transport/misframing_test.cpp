#include "client/transport/misframing.hpp"

#include <doctest/doctest.h>

#include "client/text/utf8.hpp"

using namespace mcplumb;

namespace {

const std::string kMessage = R"({"jsonrpc":"2.0","id":1,"result":{}})";

std::string kind_of(std::string_view output, bool complete = true) {
  const auto found = misframing_of(output, complete);
  return found ? std::string(to_string(found->kind)) : "";
}

std::string as_utf16(const std::string& text) {
  std::string wide;
  for (const char c : text) wide += {c, '\0'};
  return wide;
}

}  // namespace

TEST_CASE("misframing: each kind, by the first bytes that show it") {
  CHECK(kind_of("Content-Length: 36\r\n\r\n" + kMessage) == "content-length");
  CHECK(kind_of("content-type: application/vscode-jsonrpc\r\nContent-Length: 36\r\n\r\n" + kMessage) ==
        "content-length");
  CHECK(kind_of(as_utf16(kMessage + "\n")) == "utf-16");
  CHECK(kind_of("\xFF\xFE" + as_utf16(kMessage + "\n")) == "utf-16");
  CHECK(kind_of(std::string(kByteOrderMark) + kMessage + "\n") == "byte-order-mark");
  CHECK(kind_of("{\"jsonrpc\":\"2.0\",\"x\":\"\xE9\"}\n") == "not-utf-8");
  CHECK(kind_of("{\n  \"jsonrpc\": \"2.0\",\n  \"id\": 1\n}\n") == "several-lines");
  CHECK(kind_of("{\n  \"jsonrpc\": \"2.0\",\n  \"id\": [\n    \"a\"\n  ]\n}\n") == "several-lines");
  CHECK(kind_of("{\"jsonrpc\":\"2.0\",\"x\":\"a\nb\"}\n") == "raw-line-break");
  CHECK(kind_of(kMessage + kMessage + "\n") == "joined");
  CHECK(kind_of(kMessage + " [INFO] sent\n") == "joined");
  CHECK(kind_of("INFO:root:" + kMessage + "\n") == "prefixed");
  CHECK(kind_of("data: " + kMessage + "\n\n") == "prefixed");
  CHECK(kind_of(kMessage) == "no-line-feed");
  CHECK(kind_of(kMessage + "\r" + kMessage) == "no-line-feed");
  CHECK(kind_of("{'jsonrpc': '2.0', 'id': 1, 'result': {}}\n") == "not-json");
  CHECK(kind_of("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":NaN}\n") == "not-json");
  CHECK(kind_of("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\n") == "not-json");
  CHECK(kind_of("{\"id\":1,\"result\":{\"text\":\"breaks o\n") == "not-json");
  CHECK(kind_of("{\"id\":1,\"result\":\"\xE9\"}\n") == "not-utf-8");
  CHECK(kind_of("{ \"id\": 1, \"jsonrpc\": \"2.0\",\n \"result\": {}}\n") == "several-lines");
}

TEST_CASE("misframing: the neighbours are none of it") {
  CHECK(kind_of("") == "");
  CHECK(kind_of(kMessage + "\n" + kMessage + "\n") == "");
  CHECK(kind_of(kMessage + "\r\n") == "");
  CHECK(kind_of("** Welcome **\n[INFO] ready\n[2026-11-29 10:00] {ready}\n" + kMessage + "\n") == "");
  CHECK(kind_of("{starting\n" + kMessage + "\n") == "");
  CHECK(kind_of("[DEBUG] sending " + kMessage + "\n" + kMessage + "\n") == "");
  CHECK(kind_of("[]\n[1,2]\n{}\n") == "");
  CHECK(kind_of("{\"jsonrpc\":\"2.0\",\"id\":1,", false) == "");
  CHECK(kind_of(kMessage, false) == "");
  CHECK(kind_of("caf\xC3\xA9 is open\n") == "");
  // Too deep for us.
  CHECK(kind_of("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + std::string(300, '[') + std::string(300, ']') + "}\n") ==
        "");
}

TEST_CASE("misframing: what was meant tells which request it was for") {
  MisframingReader reader;
  CHECK_FALSE(reader.line("{"));
  CHECK_FALSE(reader.line("\"jsonrpc\": \"2.0\","));
  const auto found = reader.line("\"id\": 7, \"result\": {}}");
  REQUIRE(found);
  CHECK(found->message["id"] == 7);
  CHECK(found->lines == 3);
  CHECK_FALSE(found->spoils_all());
  SUBCASE("a frame, before its line is over") {
    CHECK_FALSE(reader.line("Content-Length: 36")->spoils_all());
    CHECK_FALSE(reader.unended(kMessage.substr(0, 20)));
    CHECK(reader.unended(kMessage)->spoils_all());
  }
}
