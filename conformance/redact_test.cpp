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
