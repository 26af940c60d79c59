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
      {"mcp2", "http://host:8000/a/mcp2"},
      {"//other.example/mcp", "http://other.example/mcp"},
      {"/a b", "http://host:8000/a%20b"},
      {"HTTPS://Other/m", "https://Other/m"},
      {"http:/x\\y:z@host:8000/m", ""},  // libcurl sees host, and a browser x
      {"//x\\@host:8000/m", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.reference);
    CHECK(resolve_url(base, row.reference) == row.whole);
  }
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
  for (const char* url : {"http://127.evil.example/", "http://example.com", "http://localhost.example.com",
                          "http://10.0.0.1", "localhost"})
    CHECK_FALSE_MESSAGE(is_loopback(url), url);
}

TEST_CASE("url: what is no absolute http or https URL is none") {
  for (const char* text :
       {"", "/mcp", "mcp", "ftp://host/", "http://", "http://host/a b", "http://ho st/", "http://%31%32%37.0.0.1/",
        "http:/host/", "http:///host/", "//host/mcp", "http://host:99999/"})
    CHECK_FALSE_MESSAGE(Url::parse(text), text);
}

TEST_CASE("url: an absolute one is taken apart") {
  const std::optional<Url> url = Url::parse("HTTPS://u:p@Example.COM/a/b?x=1#f");
  REQUIRE(url);
  CHECK(url->scheme == "https");
  CHECK(url->host == "example.com");
  CHECK(url->port == "443");
  CHECK(url->path == "/a/b");
  CHECK(url->query == "x=1");
  CHECK(url->origin() == "https://example.com:443");
}

TEST_CASE("url: the parts of any reference are as they are written") {
  struct Row {
    std::string_view text, scheme, user_info, host_port, path, query, fragment;
  };
  const Row rows[] = {
      {"http://u:p@h:1/a?b#c", "http", "u:p", "h:1", "/a", "b", "c"},
      {"//h/a", "", "", "h", "/a", "", ""},
      {"/a?b", "", "", "", "/a", "b", ""},
      {"mcp2", "", "", "", "mcp2", "", ""},
      {"?x=http://u@h", "", "", "", "", "x=http://u@h", ""},
      {"socks5://u:p@@h", "socks5", "u:p@", "h", "", "", ""},
      {"", "", "", "", "", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const UrlParts parts = split_url(row.text);
    CHECK(parts.scheme == row.scheme);
    CHECK(parts.user_info == row.user_info);
    CHECK(parts.host_port == row.host_port);
    CHECK(parts.path == row.path);
    CHECK(parts.query == row.query);
    CHECK(parts.fragment == row.fragment);
  }
}

TEST_CASE("url: one part is left out, the others stay as they are written") {
  CHECK(without_user_info("http://u:p@Host/x@y") == "http://Host/x@y");
  CHECK(without_user_info("http://@h") == "http://h");
  CHECK(without_user_info("/x?u@h") == "/x?u@h");
  CHECK(without_query("http://h/x?y#z") == "http://h/x");
  CHECK(path_of("http://h?x") == "/");
  CHECK(path_of("http://h/a/b#c") == "/a/b");
  CHECK(path_of("/a?b") == "/a");
}

TEST_CASE("url: what cannot be asked is told by its reason") {
  struct Row {
    const char *url, *reason;
  };
  const Row rows[] = {
      {"http://127.0.0.1:8000/mcp", ""},
      {"HTTPS://u:p@Example.com", ""},
      {"http://[::1]:8000/mcp?x#y", ""},
      {"http://h:65535", ""},
      {"", "empty"},
      {"http://h/a b", "blank"},
      {"http://h/a\n", "control character"},
      {"http://h/\x01", "control character"},
      {"http://h:99999/", "port"},
      {"http://h:65536/", "port"},
      {"http://h:0/", "port"},
      {"http://h:p/", "port"},
      {"http://h:-1/", "port"},
      {"http://[::1/", "IPv6"},
      {"http://[::g]/", "IPv6"},
      {"http://", "no host"},
      {"http:///x", "no host"},
      {"http://user@/", "no host"},
      {"http://:80/", "no host"},
      {"/mcp", "no host"},
      {"localhost:8000/mcp", "does not begin with http://"},
      {"example.com", "does not begin with http://"},
      {"http:/h/x", "two slashes"},
      {"https:h", "two slashes"},
      {"ws://h/mcp", "write http:// in place"},
      {"wss://h", "write https:// in place"},
      {"htps://h", "write https:// in place"},
      {"file:///etc/passwd", "not spoken over file://"},
      {"https://ex\xc3\xa4mple.com/", "xn--"},
      {"http://h\"x/", "host"},
      {"http://%6dcp.example/", "its host has an escape with %"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.url);
    const std::string problem = url_problem(row.url);
    CHECK(problem.empty() == (*row.reason == '\0'));
    CHECK(problem.find(row.reason) != problem.npos);
  }
}

TEST_CASE("url: a host without a scheme is told from a word") {
  for (const char* text : {"localhost", "localhost:8000/mcp", "127.0.0.1/mcp", "example.com:80", "[::1]:9", "h:1?x"})
    CHECK(lacks_only_scheme(text));
  for (const char* text : {"npx", "server.py", "./a:b", ":80", "a:b", "1.2.3", "http://h"})
    CHECK_FALSE(lacks_only_scheme(text));
}

TEST_CASE("url: a scheme that is no word is not told") {
  CHECK(url_problem("sk-12345678://x") == "it does not begin with http://");
  CHECK(url_problem("ftp://x").find("ftp://") != std::string::npos);
}

TEST_CASE("url: what is wrong with it is said without what it holds") {
  CHECK(url_problem("ws://u:pass-1@h/\xe2\x80\xae/tok-1?token=tok-2") ==
        "MCP is not spoken over ws://; write http:// in place of it");
}
