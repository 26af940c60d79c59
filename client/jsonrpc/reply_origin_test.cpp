#include "client/jsonrpc/reply_origin.hpp"

#include <doctest/doctest.h>

#include "client/jsonrpc/reply_signatures.hpp"

namespace mcplumb {
namespace {

Exchange reply(int status, Headers headers, std::string body) {
  Exchange exchange;
  exchange.transport = TransportKind::streamable_http;
  HeaderBlock block;
  block.status = status;
  block.headers = std::move(headers);
  exchange.blocks.push_back(std::move(block));
  exchange.body_size = body.size();
  exchange.body = std::move(body);
  return exchange;
}

Headers json_type() { return {{"Content-Type", "application/json"}}; }
Headers html_type() { return {{"Content-Type", "text/html; charset=utf-8"}}; }
Headers by(std::string server) { return {{"Server", std::move(server)}}; }

Replier who(int status, Headers headers, std::string body) {
  return reply_origin(reply(status, std::move(headers), std::move(body))).who;
}

}  // namespace

TEST_CASE("a JSON-RPC message is the server's, whatever the status") {
  const std::string error = R"({"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error"}})";
  CHECK(who(200, json_type(), R"({"jsonrpc":"2.0","id":1,"result":{}})") == Replier::server);
  CHECK(who(500, json_type(), error) == Replier::server);
  CHECK(who(404, json_type(), error) == Replier::server);
  CHECK(who(502, by("nginx"), error) == Replier::server);
  CHECK(reply_origin(reply(400, json_type(), error)).has_message);
  SUBCASE("also if it lacks a part: its rules say so") {
    CHECK(reply_origin(reply(400, json_type(), R"({"id":1,"error":{"code":-32600,"message":"x"}})")).has_message);
    CHECK(reply_origin(reply(200, json_type(), R"({"message":"hello"})")).has_message);
  }
}

TEST_CASE("an error object of another protocol is no JSON-RPC") {
  for (const char* body : {R"({"error":"invalid_token","error_description":"expired"})",
                           R"({"detail":"Not authenticated"})", R"({"message":"Unauthorized"})",
                           R"({"timestamp":"2026","status":500,"error":"Internal Server Error","path":"/mcp"})",
                           R"({"error":{"code":404,"message":"Not found","status":"NOT_FOUND"}})",
                           R"({"type":"about:blank","title":"Not Found","status":404})"}) {
    CAPTURE(body);
    CHECK_FALSE(reply_origin(reply(400, json_type(), body)).has_message);
    CHECK(who(400, json_type(), body) == Replier::framework);
  }
}

TEST_CASE("refusals of credentials") {
  CHECK(who(401, {}, "") == Replier::authorization);
  CHECK(who(407, {}, "") == Replier::authorization);
  CHECK(who(403, json_type(), R"({"error":"insufficient_scope"})") == Replier::authorization);
  CHECK(who(401, json_type(), R"({"jsonrpc":"2.0","id":null,"error":{"code":-32001,"message":"x"}})") ==
        Replier::authorization);
  SUBCASE("a refused name is none") {
    CHECK(who(403, {}, "Invalid Host header") == Replier::framework);
    CHECK(who(403, {}, "Invalid Origin") == Replier::framework);
    CHECK(who(403, json_type(), R"({"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no"}})") ==
          Replier::server);
  }
  SUBCASE("the scope is named") {
    CHECK(reply_origin(reply(403, json_type(), R"({"error":"insufficient_scope"})")).sentence.find("scope") !=
          std::string::npos);
  }
}

TEST_CASE("gateways, with HTML, JSON, text and empty bodies") {
  CHECK(who(502, html_type(), "<html><center>nginx/1.22.1</center></html>") == Replier::gateway);
  CHECK(who(504, json_type(), R"({"message":"Endpoint request timed out"})") == Replier::gateway);
  CHECK(who(503, {{"Content-Type", "text/plain"}}, "no healthy upstream") == Replier::gateway);
  CHECK(who(502, by("Caddy"), "") == Replier::gateway);
  CHECK(who(502, {}, "") == Replier::gateway);
  CHECK(who(522, {}, "") == Replier::gateway);
  SUBCASE("what the server itself says behind one is its own") {
    CHECK(who(500, by("nginx"), "Internal Server Error") == Replier::framework);
    CHECK(who(503, by("nginx"), "too many sessions") == Replier::framework);
    CHECK(who(503, html_type(), "No active SSE connection for session 83761d34") == Replier::framework);
    CHECK(who(404, by("nginx"), "Session not found") == Replier::framework);
    CHECK(who(200, {{"Server", "cloudflare"}, {"Content-Type", "application/json"}}, "{}") == Replier::server);
  }
}

TEST_CASE("routers, challenges, sign-in pages and limits") {
  CHECK(who(404, {{"Content-Type", "text/plain"}}, "404 page not found\n") == Replier::router);
  CHECK(who(404, {}, "default backend - 404") == Replier::router);
  CHECK(who(403, {{"cf-mitigated", "challenge"}}, "<html>") == Replier::challenge);
  CHECK(who(302, {{"Location", "https://x.cloudflareaccess.com/cdn-cgi/access/login/y"}}, "") == Replier::sign_in);
  CHECK(who(302, {{"Location", "/login?next=/mcp"}}, "") == Replier::sign_in);
  CHECK(who(200, html_type(), "<form><input type=\"password\" name=p></form>") == Replier::sign_in);
  CHECK(who(200, html_type(), "<div id=root></div>") == Replier::page);
  CHECK(who(429, {}, "") == Replier::rate_limit);
  SUBCASE("their neighbours") {
    CHECK(who(404, {}, "") == Replier::server);
    CHECK(who(307, {{"Location", "/mcp/"}}, "") == Replier::server);
    CHECK(who(301, {{"Location", "https://example.com/mcp"}}, "") == Replier::server);
    CHECK(who(405, {}, "Method Not Allowed") == Replier::framework);
  }
}

TEST_CASE("every row of the table says who it is and what it says of the server") {
  for (const ReplySignature& row : reply_signatures()) {
    CAPTURE(row.product);
    CHECK(row.who != Replier::server);
    CHECK_FALSE(row.product.empty());
    CHECK_FALSE(row.sentence.empty());
    const bool tells = row.statuses.front() != 0 || !row.header.empty() || !row.body.empty();
    CHECK(tells);
  }
}

}  // namespace mcplumb
