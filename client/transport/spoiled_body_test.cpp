#include "client/transport/spoiled_body.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace mcplumb {
namespace {

Exchange with_body(std::string_view body) {
  Exchange exchange;
  exchange.blocks.emplace_back().headers = {{"Content-Length", std::to_string(body.size())}};
  exchange.body = body;
  exchange.body_size = body.size();
  return exchange;
}

TEST_CASE("A Content-Length counts characters only where JSON breaks off by as much as they are longer") {
  CHECK(counts_characters(with_body(R"({"name":"café crème)")));
  CHECK(counts_characters(with_body("{\"name\":\"caf\u00E9 cr\u00E8me \xC3")));  // within a character
  CHECK_FALSE(counts_characters(with_body(R"({"name":"cafe)")));
  CHECK_FALSE(counts_characters(with_body(R"([{"a":[{"b":[{"name":"é)")));
}

TEST_CASE("What is no JSON text counts no characters, whatever bytes it has") {
  // Compressed: two bytes look like brackets that stay open, many like the rest of a character.
  CHECK_FALSE(counts_characters(with_body("\x1F\x8B\x08{\"\x80\x81\x82\x83\x84\x85")));
  CHECK_FALSE(counts_characters(with_body("{\x80\x81\x82\x83\x84\x85\x86")));  // Brotli or Latin-1
  CHECK_FALSE(counts_characters(with_body("<p>caf\u00E9 {")));
  Exchange page = with_body("<p>caf\u00E9");
  page.body_cut = true;
  CHECK_FALSE(counts_characters(page));
}

using namespace std::string_view_literals;

// Each letter of ASCII text as so many bytes, with the byte of value at a place among them.
std::string widened(std::string_view text, std::size_t width, std::size_t place) {
  std::string out;
  for (const char c : text) {
    std::string unit(width, '\0');
    unit[place] = c;
    out += unit;
  }
  return out;
}

bool names(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST_CASE("What is no UTF-8 where JSON was promised is named by what its bytes show") {
  constexpr std::string_view kJson = R"({"jsonrpc":"2.0","id":1,"result":{}})";
  struct Row {
    std::string body;
    std::string_view says;
  };
  const Row rows[] = {
      {widened(kJson, 2, 0), "it is UTF-16, where JSON"},
      {widened(kJson, 2, 1), "it is UTF-16, where JSON"},
      {"\xFF\xFE" + widened(kJson, 2, 0), "it is UTF-16, where JSON"},
      {"\xFE\xFF" + widened(kJson, 2, 1), "it is UTF-16, where JSON"},
      {widened(kJson, 4, 0), "it is UTF-32, where JSON"},
      {std::string("\0\0\xFE\xFF"sv) + widened(kJson, 4, 3), "it is UTF-32, where JSON"},
      {"{\"a\":\"caf\xE9\"}", "it is not UTF-8: byte 0xE9 at position 10; Latin-1"},
      {"\x0B\x1F\x80{\"a\":1}\x03",
       "it is no text, and begins with 0x0B 0x1F 0x80 0x7B; compressed, perhaps by Brotli"},
      // Neighbours.
      {std::string(kJson), ""},
      {"{\"a\":\"caf\u00E9\"", ""},
      {"{\"a\":\"caf\xC3", ""},  // breaks off within a character
      {"<p>caf\xE9</p>", ""},
      {"hello", ""},
      {"{\"a\":\"\0\0\0\"}", ""},
      {"", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    const std::string found = foreign_bytes(with_body(row.body));
    CHECK_MESSAGE((row.says.empty() ? found.empty() : names(found, row.says)), found);
  }
  Exchange latin = with_body("{\"a\":\"caf\xE9\"}");
  latin.blocks[0].headers.push_back({"Content-Type", "application/json; Charset=ISO-8859-1"});
  CHECK(names(foreign_bytes(latin), "it is not UTF-8 (Content-Type says charset=iso-8859-1): byte"));
}

TEST_CASE("A body is compressed unasked by its first bytes") {
  CHECK(is_compressed_unasked(with_body("\x1F\x8B\x08")));
  CHECK(is_compressed_unasked(with_body("\x28\xB5\x2F\xFD\x04")));
  CHECK(is_compressed_unasked(with_body("\x78\x9C\xAB\x56")));
  CHECK(is_compressed_unasked(with_body("\x78\xDA\xAB\x56\xCA\x2A")));
  CHECK_FALSE(is_compressed_unasked(with_body("x^2 is text")));
  CHECK_FALSE(is_compressed_unasked(with_body("\x78\x9D\xAB\x56")));
}

}  // namespace
}  // namespace mcplumb
