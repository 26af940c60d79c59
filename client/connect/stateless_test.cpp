// Sessions of the stateless era, and how a client finds out which era a server speaks.
#include <doctest/doctest.h>

#include "client/connect/connector.hpp"
#include "client/http/http_client.hpp"
#include "client/http/test_server.hpp"
#include "client/session/session.hpp"

namespace mcplumb::stateless_test {
namespace {

using nlohmann::json;

constexpr const char* kStream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
constexpr const char* kAccepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
constexpr const char* kPrefix = "io.modelcontextprotocol/";

std::string reply(const json& message, const char* status = "200 OK") {
  const std::string body = message.dump();
  return std::string("HTTP/1.1 ") + status +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string event(const json& message) { return "data: " + message.dump() + "\n\n"; }

json message_of(const std::string& request) {
  const std::size_t body = request.find("\r\n\r\n");
  return body + 4 < request.size() ? json::parse(request.substr(body + 4)) : json();
}

json response_to(const json& request, json result) {
  return {{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", std::move(result)}};
}

json error_to(const json& request, int code) {
  return {{"jsonrpc", "2.0"}, {"id", request["id"]}, {"error", {{"code", code}, {"message", "no"}}}};
}

json discover_result() {
  return {{"resultType", "complete"},
          {"supportedVersions", {"2026-07-28"}},
          {"capabilities", {{"tools", json::object()}}},
          {"_meta", {{std::string(kPrefix) + "serverInfo", {{"name", "t"}, {"version", "1"}}}}}};
}

// `handle` answers each message; false closes the connection.
using Handle = std::function<bool(TestServer::Peer&, const json& message)>;
TestServer::Script each(const Handle& handle) {
  return [handle](TestServer::Peer& peer) {
    for (std::string request; !(request = peer.read_request()).empty();)
      if (!handle(peer, message_of(request))) return;
  };
}
TestServer::Script stateless(const Handle& rest) {
  return each([rest](TestServer::Peer& peer, const json& message) {
    if (message.value("method", "") == "server/discover")
      return peer.send(reply(response_to(message, discover_result())));
    return rest(peer, message);
  });
}
// Answers initialize; `discover` answers server/discover.
TestServer::Script stateful(const Handle& discover) {
  return each([discover](TestServer::Peer& peer, const json& message) {
    const std::string method = message.value("method", "");
    if (method == "server/discover") return discover(peer, message);
    if (method == "initialize")
      return peer.send(reply(response_to(message, {{"protocolVersion", "2025-11-25"},
                                                   {"capabilities", json::object()},
                                                   {"serverInfo", {{"name", "old"}, {"version", "1"}}}})));
    if (!message.contains("id")) return peer.send(kAccepted);
    return peer.send(reply(error_to(message, -32601)));
  });
}

struct Bench {
  explicit Bench(const std::string& url) : target(with_url(url)), http(loop, trace, {}), connector(http, target) {}
  static Target with_url(const std::string& url) {
    Target target;
    target.url = url;
    return target;
  }
  RequestOptions within(Micros span = 60 * kSecond) {
    RequestOptions options;
    options.deadline = loop.now() + span;
    return options;
  }
  Session& connect(SessionOptions options = {}, Authorization authorization = std::nullopt) {
    options.era = Era::unknown;
    connected = connector.connect(std::move(options), within(), {false, std::move(authorization)});
    return *connected.result().session;
  }
  Answer ask(const char* method, json params = nullptr) {
    return connected.result().session->request(method, std::move(params), within());
  }
  const json& result(const Answer& answer) { return connected.result().session->response(answer)["result"]; }

  MonotonicClock clock;
  EventLoop loop{clock};
  Trace trace;
  Target target;
  HttpClient http;
  Connector connector;
  Connected connected;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::vector<std::string> methods(const TestServer& server) {
  std::vector<std::string> all;
  for (const std::string& request : server.requests()) all.push_back(message_of(request).value("method", ""));
  return all;
}

}  // namespace

TEST_CASE("stateless: every request carries the envelope, and headers that repeat it") {
  TestServer server(stateless([](TestServer::Peer& peer, const json& message) {
    return peer.send(reply(response_to(message, {{"resultType", "complete"}})));
  }));
  Bench bench(server.url());
  const Opening& opening = bench.connect().opening();
  CHECK(opening.problem == "");
  CHECK(opening.revision == "2026-07-28");
  CHECK(opening.initialized_at == kNever);
  CHECK((*server_info(opening.result))["name"] == "t");
  CHECK(bench.connector.era() == Era::stateless);
  CHECK(bench.ask("tools/call", {{"name", "tide"}}).received);
  const auto requests = server.requests();
  REQUIRE(requests.size() == 2);
  CHECK(has(requests[0], "Mcp-Method: server/discover\r\n"));
  CHECK(has(requests[1], "Mcp-Method: tools/call\r\n"));
  CHECK(has(requests[1], "Mcp-Name: tide\r\n"));
  for (const std::string& request : requests) {
    CHECK(has(request, "MCP-Protocol-Version: 2026-07-28\r\n"));
    CHECK_FALSE(has(request, "MCP-Session-Id"));
    const json meta = message_of(request)["params"]["_meta"];
    for (const char* key : {"protocolVersion", "clientCapabilities", "clientInfo"})
      CHECK(meta.contains(kPrefix + std::string(key)));
  }
  bench.connector.connect(
      [] {
        SessionOptions again;
        again.era = Era::unknown;
        return again;
      }(),
      bench.within());
  CHECK(methods(server).back() == "server/discover");
}

TEST_CASE("connect: a session of another user, and of none, carries that token in all its requests") {
  TestServer server(stateless([](TestServer::Peer& peer, const json& message) {
    return peer.send(reply(response_to(message, {{"resultType", "complete"}})));
  }));
  Bench bench(server.url());
  const auto all_carry = [&](std::optional<std::string> authorization, const std::string& header) {
    const std::size_t before = server.requests().size();
    bench.connect({}, std::move(authorization));
    bench.ask("tools/call", {{"name", "tide"}});
    const auto requests = server.requests();
    CHECK(requests.size() >= before + 2);
    for (std::size_t i = before; i < requests.size(); ++i)
      CHECK(has(requests[i], header.empty() ? "Authorization:" : header) == !header.empty());
  };
  all_carry("Bearer other", "Authorization: Bearer other\r\n");
  all_carry("", "");
  all_carry(std::nullopt, "");
}

TEST_CASE("stateless: arguments that a tool wants in headers are there once its schema is known") {
  TestServer server(stateless([](TestServer::Peer& peer, const json& message) {
    const json schema = {{"type", "object"}, {"properties", {{"at", {{"type", "string"}, {"x-mcp-header", "At"}}}}}};
    return peer.send(reply(response_to(message, {{"tools", {{{"name", "tide"}, {"inputSchema", schema}}}}})));
  }));
  Bench bench(server.url());
  bench.connect();
  bench.ask("tools/list");
  bench.ask("tools/call", {{"name", "tide"}, {"arguments", {{"at", "noon"}}}});
  CHECK(has(server.requests().back(), "Mcp-Param-At: noon\r\n"));
}

TEST_CASE("stateless: input that the server asks for is given, under a new id, until there is a result") {
  TestServer server(stateless([](TestServer::Peer& peer, const json& message) {
    const json& params = message["params"];
    if (params.contains("inputResponses") && params["requestState"] == "two")
      return peer.send(reply(response_to(message, {{"resultType", "complete"}, {"rounds", 3}})));
    const json wishes = {{"a", {{"method", "roots/list"}}}, {"b", {{"method", "sampling/createMessage"}}}};
    json result = {{"resultType", "input_required"}, {"requestState", params.contains("requestState") ? "two" : "one"}};
    if (params.contains("requestState")) result["inputRequests"] = wishes;
    return peer.send(reply(response_to(message, result)));
  }));
  Bench bench(server.url());
  SessionOptions able;
  able.capabilities = {{"roots", json::object()}, {"sampling", json::object()}};
  Session& session = bench.connect(able);
  RequestOptions options = bench.within();
  options.follow = true;
  const Answer answer = session.request("tools/call", {{"name", "x"}, {"arguments", {{"k", 1}}}}, options);
  REQUIRE(answer.received);
  CHECK(bench.result(answer)["rounds"] == 3);
  const auto requests = server.requests();
  REQUIRE(requests.size() == 4);
  const json second = message_of(requests[2]), third = message_of(requests[3]);
  CHECK(second["params"]["requestState"] == "one");
  CHECK_FALSE(second["params"].contains("inputResponses"));
  CHECK(third["id"] != second["id"]);
  CHECK(third["params"]["arguments"]["k"] == 1);
  CHECK(third["params"]["inputResponses"]["a"] == json{{"roots", json::array()}});
  CHECK(third["params"]["inputResponses"]["b"]["role"] == "assistant");
  CHECK(answer.exchange == 3);
}

TEST_CASE("stateless: input that nobody can give leaves the wish as the answer") {
  TestServer server(stateless([](TestServer::Peer& peer, const json& message) {
    return peer.send(reply(response_to(
        message, {{"resultType", "input_required"}, {"inputRequests", {{"a", {{"method", "roots/list"}}}}}})));
  }));
  Bench bench(server.url());
  Session& session = bench.connect();
  RequestOptions options = bench.within();
  options.follow = true;
  CHECK(bench.result(session.request("tools/call", {{"name", "x"}}, options))["resultType"] == "input_required");
}

TEST_CASE("stateless: a request of the server's is not answered") {
  TestServer server(stateless([](TestServer::Peer& peer, const json& message) {
    peer.send(kStream + event({{"jsonrpc", "2.0"}, {"id", "q"}, {"method", "ping"}}) +
              event(response_to(message, {{"resultType", "complete"}})));
    return false;
  }));
  Bench bench(server.url());
  bench.connect();
  REQUIRE(bench.ask("tools/list").received);
  for (const Exchange& exchange : bench.trace.exchanges) CHECK(exchange.message.contains("method"));
}

TEST_CASE("stateless: closing the stream is what cancels") {
  TestServer server(stateless([](TestServer::Peer& peer, const json&) {
    peer.send(kStream);
    peer.send(event({{"jsonrpc", "2.0"}, {"method", "notifications/subscriptions/acknowledged"}}));
    return peer.read_request().empty();
  }));
  Bench bench(server.url());
  Session& session = bench.connect();
  const auto ticket = session.start("subscriptions/listen", {{"notifications", json::object()}}, {});
  bench.loop.run_until([&] { return !bench.trace.exchanges[ticket].events.empty(); }, bench.within().deadline);
  session.cancel(ticket, "enough");
  bench.loop.run_until([&] { return !bench.connected.result().transport->running(ticket); }, bench.within().deadline);
  CHECK(bench.trace.exchanges[ticket].closed_by_us);
  CHECK_FALSE(bench.trace.exchanges[ticket].failure);
  CHECK(methods(server) == std::vector<std::string>{"server/discover", "subscriptions/listen"});
}

TEST_CASE("era: a server with a handshake gets one, and what came before is no business of the rules") {
  const std::vector<std::pair<const char*, Handle>> rows = {
      {"an error", [](auto& peer, const json& message) { return peer.send(reply(error_to(message, -32601))); }},
      {"400", [](auto& peer, const json&) { return peer.send("HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n"); }},
      {"400 and the end of the connection, unannounced",
       [](auto& peer, const json&) { return peer.send("HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n") && false; }},
      {"500", [](auto& peer, const json&) { return peer.send("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"); }},
      {"nothing", [](auto&, const json&) { return false; }},
      {"older revisions", [](auto& peer, const json& message) {
         return peer.send(reply(response_to(message, {{"supportedVersions", {"2025-11-25"}}})));
       }}};
  for (const auto& row : rows) {
    CAPTURE(std::string(row.first));
    TestServer server(stateful(row.second));
    Bench bench(server.url());
    const Opening& opening = bench.connect().opening();
    CHECK(opening.problem == "");
    CHECK(opening.revision == "2025-11-25");
    REQUIRE(opening.discovered);
    CHECK(bench.trace.exchanges[0].deliberate);
    CHECK(bench.trace.exchanges[0].revision == "");
    CHECK(bench.trace.exchanges[1].message["id"] == 1);
    CHECK_FALSE(has(server.requests()[1], "Mcp-Method"));
    // The end of a connection that nobody announced has to arrive before it is known.
    bench.loop.run_until([] { return false; }, bench.loop.now() + 50 * kMillisecond);
    bench.connect();
    std::string seen;
    for (const std::string& method : methods(server)) seen += method + " ";
    CHECK(seen == "server/discover initialize notifications/initialized initialize notifications/initialized ");
  }
}

TEST_CASE("era: what was found out stays, though a session of the other era was asked for in between") {
  TestServer server(stateful([](TestServer::Peer& peer, const json& message) {
    return peer.send(
        reply(response_to(message, {{"supportedVersions", {"2026-07-28"}}, {"capabilities", json::object()}})));
  }));
  Bench bench(server.url());
  CHECK(bench.connect().opening().revision == "2026-07-28");
  SessionOptions other;
  other.era = Era::stateful;
  other.revision = kNewestHandshakeRevision;
  CHECK(bench.connector.connect(other, bench.within()).result().session->opening().revision == "2025-11-25");
  CHECK(bench.connector.era() == Era::stateless);
  CHECK(bench.connect().opening().revision == "2026-07-28");
}

TEST_CASE("stateless: a server that refuses the revision, but lists it, is asked once more") {
  for (const Era era : {Era::unknown, Era::stateless}) {
    CAPTURE(static_cast<int>(era));
    int asked = 0;
    TestServer server(each([&asked](TestServer::Peer& peer, const json& message) {
      if (++asked > 1) return peer.send(reply(response_to(message, discover_result())));
      json refusal = error_to(message, -32022);
      refusal["error"]["data"] = {{"supported", {"2026-07-28"}}, {"requested", "2026-07-28"}};
      return peer.send(reply(refusal, "400 Bad Request"));
    }));
    Bench bench(server.url());
    SessionOptions options;
    options.era = era;
    options.revision = kStatelessRevision;
    Connected connected = bench.connector.connect(options, bench.within());
    CHECK(connected.result().session->opening().problem == "");
    CHECK(connected.result().session->opening().result.contains("supportedVersions"));
    CHECK(methods(server) == std::vector<std::string>(2, "server/discover"));
  }
}

TEST_CASE("era: a server that is silent about discovery is asked to shake hands meanwhile") {
  TestServer server(stateful([](TestServer::Peer& peer, const json&) { return peer.read_request().empty(); }));
  Bench bench(server.url());
  SessionOptions options;
  options.era_patience = 100 * kMillisecond;
  const Opening& opening = bench.connect(options).opening();
  CHECK(opening.problem == "");
  CHECK(opening.revision == "2025-11-25");
}

TEST_CASE("era: a late answer to discovery still decides") {
  TestServer server(each([](TestServer::Peer& peer, const json& message) {
    if (message.value("method", "") == "initialize")
      return peer.send(reply(error_to(message, -32601), "404 Not Found"));
    peer.wait(300);
    return peer.send(reply(response_to(message, discover_result())));
  }));
  Bench bench(server.url());
  SessionOptions options;
  options.era_patience = 50 * kMillisecond;
  const Opening& opening = bench.connect(options).opening();
  CHECK(opening.problem == "");
  CHECK(opening.revision == "2026-07-28");
}

TEST_CASE("era: a server without discovery that is stateless in all else is tested as such") {
  TestServer server(each([](TestServer::Peer& peer, const json& message) {
    if (message.value("method", "") == "prompts/list")
      return peer.send(reply(response_to(message, {{"resultType", "complete"}, {"prompts", json::array()}})));
    return peer.send(reply(error_to(message, -32601), "404 Not Found"));
  }));
  Bench bench(server.url());
  const Opening& opening = bench.connect().opening();
  CHECK(opening.problem == "");
  CHECK(opening.revision == "2026-07-28");
  CHECK(opening.result.is_null());
  CHECK(methods(server) == std::vector<std::string>{"server/discover", "tools/list", "prompts/list"});
}

TEST_CASE("era: where neither is answered the failure of initialize is the one that is shown") {
  TestServer server(each(
      [](TestServer::Peer& peer, const json&) { return peer.send("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"); }));
  Bench bench(server.url());
  const Opening& opening = bench.connect().opening();
  CHECK(has(opening.problem, "HTTP 500"));
  CHECK(opening.answer.exchange == 1);
  REQUIRE(opening.discovered);
  CHECK(opening.discovered->exchange == 0);
  CHECK(bench.connected.attempts.size() == 1);
}

TEST_CASE("era: a program that does not survive discovery is started again for the handshake") {
  constexpr const char* kProgram = R"(
read -r line
case "$line" in *server/discover*) exit 3;; esac
printf '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"old","version":"1"}}}\n'
cat >/dev/null)";
  Bench bench("");
  bench.target.command = {"sh", "-c", kProgram};
  Connector connector(bench.http, bench.target);
  SessionOptions options;
  options.era = Era::unknown;
  Connected connected = connector.connect(options, bench.within());
  CHECK(connected.open());
  CHECK(connected.attempts.size() == 2);
  CHECK(bench.trace.processes.size() == 2);
  CHECK(connector.era() == Era::stateful);
}

}  // namespace mcplumb::stateless_test
