#include "conformance/redact.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

TEST_CASE("redact: headers with credentials lose their value, session ids are shortened") {
  const Headers redacted = redact_headers({{"Authorization", "Bearer x"},
                                           {"X-Api-Key", "k"},
                                           {"Set-Cookie", "a=b"},
                                           {"mcp-session-id", "abcdefgh"},
                                           {"Accept", "x"},
                                           {"WWW-Authenticate", "Bearer"}});
  CHECK(redacted == Headers{{"Authorization", kRedacted},
                            {"X-Api-Key", kRedacted},
                            {"Set-Cookie", kRedacted},
                            {"mcp-session-id", "abcd…"},
                            {"Accept", "x"},
                            {"WWW-Authenticate", "Bearer"}});
}

TEST_CASE("redact: URLs lose user information and secret query values, nothing else") {
  CHECK(redact_url("https://u:p@h/mcp?api_key=1&x=2&token=3#f") ==
        "https://h/mcp?api_key=<redacted>&x=2&token=<redacted>#f");
  CHECK(redact_url("http://h/a@b?x=@") == "http://h/a@b?x=@");
}

TEST_CASE("redact: a redirect's target loses its secrets too") {
  CHECK(redact_headers({{"Location", "https://u:p@h/?token=1"}}) ==
        Headers{{"Location", "https://h/?token=<redacted>"}});
}

TEST_CASE("redact: what is redacted already stays as it is") {
  const nlohmann::json shape = shape_of({{"text", "hello"}, {"type", "text"}, {"list", {"a", 1}}});
  CHECK(shape == nlohmann::json{{"text", "<5 bytes of text>"}, {"type", "text"}, {"list", {"<1 bytes of text>", 1}}});
  CHECK(shape_of(shape) == shape);
  CHECK(redact_url(redact_url("http://u@h/?key=1")) == "http://h/?key=<redacted>");
  const Headers once = redact_headers({{"Mcp-Session-Id", "abcdefgh"}, {"Cookie", "a"}});
  CHECK(redact_headers(once) == once);
}
