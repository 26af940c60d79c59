#include "client/media_type.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

TEST_CASE("media type: parameters and case are ignored") {
  CHECK(media_type("Text/Event-Stream; charset=utf-8") == "text/event-stream");
  CHECK(media_type(" application/json ") == "application/json");
  CHECK(media_type("") == "");
}

TEST_CASE("origin: scheme, host and port, the default port filled in") {
  CHECK(origin_of("HTTP://Example.com/mcp?x#y") == "http://example.com:80");
  CHECK(origin_of("https://u:p@example.com:8443") == "https://example.com:8443");
  CHECK(origin_of("http://[::1]:9/x") == "http://[::1]:9");
  CHECK(origin_of("https://[::1]/x") == "https://[::1]:443");
  CHECK(origin_of("ftp://example.com") == "");
  CHECK(origin_of("nonsense") == "");
}

TEST_CASE("loopback: localhost and the loopback ranges, nothing else") {
  for (const char* url : {"http://localhost/", "http://127.0.0.1:80/mcp", "http://127.8.9.1", "http://[::1]:3/"})
    CHECK_MESSAGE(is_loopback(url), url);
  for (const char* url : {"http://example.com", "http://localhost.example.com", "http://10.0.0.1", "localhost"})
    CHECK_FALSE_MESSAGE(is_loopback(url), url);
}
