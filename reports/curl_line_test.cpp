#include "reports/curl_line.hpp"

#include <doctest/doctest.h>

#include "conformance/record/redact.hpp"

using namespace mcplumb;

namespace {

Exchange post(std::string body, Headers headers) {
  Exchange exchange;
  exchange.request.method = "POST";
  exchange.request.url = "http://127.0.0.1:8080/mcp";
  exchange.request.headers = std::move(headers);
  exchange.request.body_size = body.size();
  exchange.request.body = std::move(body);
  return exchange;
}

}  // namespace

TEST_CASE("curl line: a POST is repeated with its headers, without what curl sends by itself") {
  CHECK(curl_line(post("{\"a\":1}", {{"Host", "h"},
                                     {"Content-Length", "7"},
                                     {"Content-Type", "application/json"},
                                     {"Accept", "text/event-stream"}})) ==
        "curl -i -N -H 'Content-Type: application/json' -H 'Accept: text/event-stream' --data-raw '{\"a\":1}' "
        "http://127.0.0.1:8080/mcp");
}

TEST_CASE("curl line: headers that were left out on purpose are left out again") {
  CHECK(curl_line(post("x", {{"Host", "h"}, {"X-Empty", ""}})) ==
        "curl -i -N -H 'X-Empty;' -H Accept: -H Content-Type: --data-raw x http://127.0.0.1:8080/mcp");
}

TEST_CASE("curl line: secrets are left out and marked, the session id is shortened") {
  Exchange exchange = post("", {{"Authorization", "Bearer t0p"}, {"Mcp-Session-Id", "abcdefgh"}, {"Accept", "a"}});
  exchange.request.method = "DELETE";
  exchange.request.url = "http://u:p@h/mcp?token=t0p&x=[1]";
  CHECK(curl_line(redact_exchange(exchange)) ==
        "curl -i -N -g -X DELETE -H 'Authorization: <redacted>' -H 'Mcp-Session-Id: abcd…' -H 'Accept: a' "
        "'http://h/mcp?token=<redacted>&x=[1]'");
}

TEST_CASE("curl line: a body that was not kept whole says so") {
  Exchange exchange = post(std::string(1000, 'x'), {{"Accept", "a"}, {"Content-Type", "b"}});
  exchange.request.body_cut = true;
  CHECK(curl_line(exchange).find(std::string(200, 'x') + "…' http") != std::string::npos);
}

TEST_CASE("shell words: quoted so that a shell reads them back") {
  CHECK(shell_quoted("plain/word:1") == "plain/word:1");
  CHECK(shell_quoted("") == "''");
  CHECK(shell_quoted("it's $HOME `x`") == "'it'\\''s $HOME `x`'");
  CHECK(shell_quoted("a\\'\n\x1b") == "$'a\\\\\\'\\x0a\\x1b'");
  CHECK(shell_quoted("\xff") == "$'\\xff'");
  CHECK(shell_quoted("a\xc2\x9b"
                     "b") == "$'a\\xc2\\x9bb'");
}
