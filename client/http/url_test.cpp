#include "client/http/url.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

TEST_CASE("url: references resolve against the base as RFC 3986 says") {
  const std::string base = "http://host:8000/a/sse?x=1";
  struct Row {
    const char *reference, *whole;
  };
  const Row rows[] = {
      {"/messages?session_id=abc", "http://host:8000/messages?session_id=abc"},
      {"messages", "http://host:8000/a/messages"},
      {"../m/", "http://host:8000/m/"},
      {"?session=2", "http://host:8000/a/sse?session=2"},
      {"//other/m", "http://other/m"},
      {"https://other:99/m", "https://other:99/m"},
      {" /m ", "http://host:8000/m"},
      {"", ""},
      {"ftp://host/x", ""},
      {"javascript:alert(1)", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.reference);
    CHECK(resolve_url(base, row.reference) == row.whole);
  }
}
