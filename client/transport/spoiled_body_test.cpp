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

}  // namespace
}  // namespace mcplumb
