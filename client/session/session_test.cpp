// Sessions over Streamable HTTP against servers that behave and servers that do not.
#include "client/session/session.hpp"

#include <doctest/doctest.h>

#include "client/http/http_client.hpp"
#include "client/http/test_server.hpp"
#include "client/test_clock.hpp"
#include "client/transport/streamable_http.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace {

std::string json_reply(const json& message, const std::string& headers = "", const char* status = "200 OK") {
  const std::string body = message.dump();
  return std::string("HTTP/1.1 ") + status + "\r\nContent-Type: application/json\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

constexpr const char* kStream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
constexpr const char* kAccepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

json message_of(const std::string& request) {
  const std::size_t body = request.find("\r\n\r\n");
  return body + 4 < request.size() ? json::parse(request.substr(body + 4)) : json();
}

json response_to(const json& request, json result) {
  return {{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", std::move(result)}};
}

json initialize_result(const std::string& revision = "2025-11-25") {
  return {{"protocolVersion", revision},
          {"capabilities", {{"tools", json::object()}}},
          {"serverInfo", {{"name", "t"}, {"version", "1"}}}};
}

// Handles the handshake; everything else goes to `rest`, which may keep or close the connection (false = close).
using Rest = std::function<bool(TestServer::Peer&, const std::string& request, const json& message)>;
TestServer::Script served(const Rest& rest) {
  return [rest](TestServer::Peer& peer) {
    for (std::string request; !(request = peer.read_request()).empty();) {
      const json message = message_of(request);
      const std::string method = message.is_object() ? message.value("method", "") : "";
      if (method == "initialize")
        peer.send(json_reply(response_to(message, initialize_result()), "MCP-Session-Id: abc\r\n"));
      else if (method == "notifications/initialized")
        peer.send(kAccepted);
      else if (!rest(peer, request, message))
        return;
    }
  };
}

struct SessionBench {
  explicit SessionBench(const std::string& url, SessionOptions options = {})
      : SessionBench(with_url(url), std::move(options)) {}
  explicit SessionBench(StreamableHttpOptions to, SessionOptions options = {})
      : http(loop, trace, {}), transport(http, std::move(to)), session(loop, trace, transport, std::move(options)) {}

  static StreamableHttpOptions with_url(const std::string& url) {
    StreamableHttpOptions options;
    options.url = url;
    options.label = "s1";
    options.resume_delay = 10 * kMillisecond;
    return options;
  }
  RequestOptions within(Micros span) {
    RequestOptions options;
    options.deadline = loop.now() + span;
    return options;
  }
  const Opening& open() { return session.open(within(60 * kSecond)); }
  Answer ask(const char* method = "ping", Micros span = 60 * kSecond) {
    return session.request(method, nullptr, within(span));
  }

  TestClock clock;
  EventLoop loop{clock};
  Trace trace;
  HttpClient http;
  StreamableHttp transport;
  Session session;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("session: the handshake negotiates, confirms, and later requests carry session and revision") {
  TestServer server(served([](TestServer::Peer& peer, const std::string&, const json& message) {
    return peer.send(json_reply(response_to(message, json::object())));
  }));
  SessionBench bench(server.url());
  const Opening& opening = bench.open();
  CHECK(opening.problem == "");
  CHECK(opening.revision == "2025-11-25");
  CHECK(bench.ask().received);
  const auto requests = server.requests();
  REQUIRE(requests.size() == 3);
  CHECK_FALSE(has(requests[0], "MCP-Protocol-Version"));
  CHECK_FALSE(has(requests[0], "MCP-Session-Id"));
  CHECK(has(requests[0], "Accept: application/json, text/event-stream"));
  for (const std::size_t i : {1, 2}) {
    CHECK(has(requests[i], "MCP-Session-Id: abc\r\n"));
    CHECK(has(requests[i], "MCP-Protocol-Version: 2025-11-25\r\n"));
  }
}

TEST_CASE("session: a version it does not speak ends it without initialized") {
  TestServer server([](TestServer::Peer& peer) {
    while (true) {
      const json message = message_of(peer.read_request());
      if (!message.is_object()) return;
      peer.send(json_reply(response_to(message, initialize_result("1.0"))));
    }
  });
  SessionBench bench(server.url());
  CHECK(has(bench.open().problem, "protocol version \"1.0\""));
  CHECK(server.requests().size() == 1);
}

TEST_CASE("session: an error that lists versions is answered with one of them") {
  TestServer server([](TestServer::Peer& peer) {
    while (true) {
      const json message = message_of(peer.read_request());
      if (!message.is_object()) return;
      if (message.value("method", "") != "initialize") {
        peer.send(kAccepted);
      } else if (message["params"]["protocolVersion"] == "2025-03-26") {
        peer.send(json_reply(response_to(message, initialize_result("2025-03-26"))));
      } else {
        peer.send(json_reply(
            {{"jsonrpc", "2.0"},
             {"id", message["id"]},
             {"error", {{"code", -32602}, {"message", "Unsupported"}, {"data", {{"supported", {"2025-03-26"}}}}}}}));
      }
    }
  });
  SessionBench bench(server.url());
  CHECK(bench.open().revision == "2025-03-26");
}

TEST_CASE("session: concurrent requests get their own answers, whatever the order and the type of the id") {
  TestServer server(served([](TestServer::Peer& peer, const std::string&, const json& message) {
    if (message["id"] == 1) peer.wait(50);
    return peer.send(json_reply(response_to(message, {{"echo", message["id"]}})));
  }));
  SessionBench bench(server.url());
  bench.open();
  std::vector<Session::Ticket> tickets;
  for (const json& id : {json(1), json("1"), json(0), json("")}) {
    RequestOptions options = bench.within(60 * kSecond);
    options.id = id;
    tickets.push_back(bench.session.start("ping", nullptr, options));
  }
  bench.loop.run_until(
      [&] {
        for (const auto ticket : tickets)
          if (!bench.session.answer(ticket).done()) return false;
        return true;
      },
      bench.loop.now() + 60 * kSecond);
  CHECK(bench.session.response(bench.session.answer(tickets[0]))["result"]["echo"] == 1);
  CHECK(bench.session.response(bench.session.answer(tickets[1]))["result"]["echo"] == "1");
  CHECK(bench.session.response(bench.session.answer(tickets[3]))["result"]["echo"] == "");
}

TEST_CASE("session: what can never become a response is named at once, not at the deadline") {
  struct Row {
    const char* name;
    std::string bytes;  // ID is replaced by the request's id
    const char* says;
  };
  const std::string head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: ";
  const Row rows[] = {
      {"wrong id", head + "application/json\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{}}",
       "the reply carries id 4711 where id ID was asked for"},
      {"wrong id on an open stream",
       std::string(kStream) + "data: {\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{}}\n\nSTAY",
       "the reply carries id 4711"},
      {"id as text", head + "application/json\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":\"ID\",\"result\":{}}",
       "the reply carries id \"ID\""},
      {"stream ends", std::string(kStream) + ": hi\n\n", "the server ended the stream without the response (0 events"},
      {"stream cut",
       "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ndata\r\n",
       "the connection was cut after 4 body bytes"},
      {"html", head + "text/html\r\n\r\n<html>Login</html>", "an HTML page"},
      {"text/plain", head + "text/plain\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":ID,\"result\":{}}",
       "sends JSON-RPC as text/plain"},
      {"no type", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":ID,\"result\":{}}",
       "without Content-Type"},
      {"broken json", head + "application/json\r\n\r\n{\"jsonrpc\":", "the JSON body is broken"},
      {"broken event", std::string(kStream) + "data: {\"jsonrpc\":\n\n", "an event's data is not acceptable JSON"},
      {"broken event on an open stream",
       std::string(kStream) + "data: {\"jsonrpc\":\"2.0\",\"id\":ID,\"result\":NaN}\n\nSTAY",
       "an event's data is not acceptable JSON"},
      {"deep event on an open stream",
       std::string(kStream) + "data: {\"id\":ID,\"result\":" + std::string(300, '[') + std::string(300, ']') +
           "}\n\nSTAY",
       "one message is nested deeper than 256 levels, mcplumb's own limit"},
      {"500", "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nOops",
       "HTTP 500 Internal Server Error with text/plain: Oops"},
      {"202", kAccepted, "HTTP 202 Accepted with an empty body"},
      {"redirect", "HTTP/1.1 307 Moved\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n", "redirects to http://x/"},
      {"deep", head + "application/json\r\n\r\n" + std::string(10000, '['), "nested deeper than 256"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    TestServer server(served([&](TestServer::Peer& peer, const std::string&, const json& message) {
      std::string bytes = row.bytes;
      const bool stay = bytes.ends_with("STAY");
      if (stay) bytes.resize(bytes.size() - 4);
      for (std::size_t at;
           (at = bytes.find("ID,")) != std::string::npos || (at = bytes.find("ID\"")) != std::string::npos;)
        bytes.replace(at, 2, message["id"].dump());
      peer.send(bytes);
      while (stay && peer.alive()) peer.wait(10);
      return false;
    }));
    SessionBench bench(server.url());
    bench.open();
    const Micros before = bench.loop.now();
    const Answer answer = bench.ask();
    CHECK_FALSE(answer.received);
    std::string says = row.says;
    if (const std::size_t at = says.find("ID"); at != std::string::npos) says.replace(at, 2, "2");
    CHECK_MESSAGE(has(answer.problem, says), answer.problem);
    CHECK(bench.loop.now() - before < 30 * kSecond);
  }
}

TEST_CASE("session: a JSON-RPC error under an HTTP error status answers its request, with or without an id") {
  TestServer server(served([](TestServer::Peer& peer, const std::string&, const json&) {
    return peer.send(json_reply({{"jsonrpc", "2.0"}, {"id", nullptr}, {"error", {{"code", -32000}, {"message", "no"}}}},
                                "", "400 Bad Request"));
  }));
  SessionBench bench(server.url());
  bench.open();
  const Answer answer = bench.ask();
  REQUIRE(answer.received);
  CHECK(bench.session.response(answer)["error"]["code"] == -32000);
}

TEST_CASE("session: no answer within the deadline cancels the request and says so") {
  TestServer server(served([](TestServer::Peer& peer, const std::string&, const json& message) {
    if (message.value("method", "") == "notifications/cancelled") return peer.send(kAccepted);
    while (peer.alive()) peer.wait(10);
    return false;
  }));
  SessionBench bench(server.url());
  bench.open();
  bench.clock.leap_when([&] { return server.requests().size() == 3; }, 61 * kSecond);
  const Answer answer = bench.ask("tools/list");
  CHECK(has(answer.problem, "no response within the deadline"));
  CHECK(has(answer.problem, "not even reply headers"));
  bench.loop.run_until([&] { return server.requests().size() == 4; }, bench.loop.now() + 60 * kSecond);
  const json cancelled = message_of(server.requests().back());
  CHECK(cancelled["method"] == "notifications/cancelled");
  CHECK(cancelled["params"]["requestId"] == 2);
}

TEST_CASE("session: a stream that ends early is resumed by GET with the last id, after its retry time") {
  TestServer server(served([](TestServer::Peer& peer, const std::string& request, const json& message) {
    if (request.starts_with("GET")) {
      CHECK(has(request, "Last-Event-ID: e2\r\n"));
      CHECK(has(request, "MCP-Session-Id: abc\r\n"));
      peer.send(std::string(kStream) + "id: e3\ndata: {\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"late\":true}}\n\n");
      return false;
    }
    peer.send(std::string(kStream) + "id: e1\ndata:\n\nid: e2\nretry: 120\ndata:\n\n");
    CHECK(message["id"] == 2);
    return false;
  }));
  SessionBench bench(server.url());
  bench.open();
  const Answer answer = bench.ask("tools/call");
  REQUIRE(answer.received);
  CHECK(bench.session.response(answer)["result"]["late"] == true);
  REQUIRE(bench.trace.exchanges.size() == 4);
  CHECK(bench.trace.exchanges[3].request.method == "GET");
  CHECK(bench.trace.exchanges[3].request.at - bench.trace.exchanges[2].ended >= 119 * kMillisecond);
}

TEST_CASE("session: the server's requests are answered while ours still waits") {
  TestServer server(served([](TestServer::Peer& peer, const std::string&, const json& message) {
    if (!message.contains("method")) return peer.send(kAccepted);
    peer.send(std::string(kStream) + "data: {\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"ping\"}\n\n" +
              "data: {\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"roots/list\",\"params\":{\"_meta\":"
              "{\"io.modelcontextprotocol/related-task\":{\"taskId\":\"t\"}}}}\n\n" +
              "data: {\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"x/y\"}\n\n");
    peer.wait(100);
    peer.send("data: " + response_to(message, json::object()).dump() + "\n\n");
    return false;
  }));
  SessionOptions options;
  options.capabilities = {{"roots", json::object()}};
  SessionBench bench(server.url(), options);
  bench.open();
  CHECK(bench.ask().received);
  bench.loop.run_until([&] { return server.requests().size() == 6; }, bench.loop.now() + 60 * kSecond);
  std::map<std::string, json> answers;
  for (const std::string& request : server.requests())
    if (const json message = message_of(request); message.is_object() && !message.contains("method"))
      answers[message["id"].dump()] = message;
  CHECK(answers["\"q\""]["result"] == json::object());
  CHECK(answers["7"]["result"]["roots"] == json::array());
  CHECK(answers["7"]["result"]["_meta"]["io.modelcontextprotocol/related-task"]["taskId"] == "t");
  CHECK(answers["8"]["error"]["code"] == -32601);
}

TEST_CASE("session: progress of a request reaches its owner") {
  TestServer server(served([](TestServer::Peer& peer, const std::string&, const json& message) {
    peer.send(std::string(kStream) +
              "data: "
              "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/"
              "progress\",\"params\":{\"progressToken\":\"t\",\"progress\":1}}\n\n" +
              "data: " + response_to(message, json::object()).dump() + "\n\n");
    return false;
  }));
  SessionBench bench(server.url());
  bench.open();
  RequestOptions options = bench.within(60 * kSecond);
  int seen = 0;
  options.on_progress = [&](const json& params) { seen = params["progress"]; };
  CHECK(bench.session.request("tools/call", {{"_meta", {{"progressToken", "t"}}}}, options).received);
  CHECK(seen == 1);
}

TEST_CASE("session: progress behind the response reaches nobody, whose owner may be gone") {
  TestServer server(served([](TestServer::Peer& peer, const std::string&, const json& message) {
    const char* progress =
        "data: "
        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/"
        "progress\",\"params\":{\"progressToken\":\"t\",\"progress\":1}}\n\n";
    peer.send(std::string(kStream) + "data: " + response_to(message, json::object()).dump() + "\n\n" + progress);
    return false;
  }));
  SessionBench bench(server.url());
  bench.open();
  RequestOptions options = bench.within(60 * kSecond);
  int seen = 0;
  options.on_progress = [&](const json&) { ++seen; };
  CHECK(bench.session.request("tools/call", {{"_meta", {{"progressToken", "t"}}}}, options).received);
  bench.loop.run_until([&] { return bench.trace.received.size() > 2; }, bench.loop.now() + 60 * kSecond);
  CHECK(bench.trace.received.size() == 3);
  CHECK(seen == 0);
}

TEST_CASE("session: the first session id stays, whatever later replies say") {
  TestServer server(served([](TestServer::Peer& peer, const std::string&, const json& message) {
    return peer.send(json_reply(response_to(message, json::object()), "MCP-Session-Id: other\r\n"));
  }));
  SessionBench bench(server.url());
  bench.open();
  bench.ask();
  bench.ask();
  CHECK(has(server.requests().back(), "MCP-Session-Id: abc\r\n"));
}

TEST_CASE("session: an error without an id under the status 200 answers nothing") {
  TestServer server(served([](TestServer::Peer& peer, const std::string&, const json&) {
    return peer.send(json_reply({{"jsonrpc", "2.0"}, {"error", {{"code", -32000}, {"message", "no"}}}}));
  }));
  SessionBench bench(server.url());
  bench.open();
  const Answer answer = bench.ask();
  CHECK_FALSE(answer.received);
  CHECK(has(answer.problem, "no id"));
}

TEST_CASE("session: initialize is never cancelled") {
  TestServer server([](TestServer::Peer& peer) {
    while (!peer.read_request().empty()) {
    }
  });
  SessionBench bench(server.url());
  bench.loop.after(50 * kMillisecond, [&] { bench.loop.stop(); });
  CHECK(has(bench.open().problem, "--total-deadline passed (not even reply headers)"));
  bench.loop.resume();
  bench.loop.run_until([] { return false; }, bench.loop.now() + 50 * kMillisecond);
  CHECK(server.requests().size() == 1);
}

TEST_CASE("session: what was not declared is not given") {
  TestServer server(served([](TestServer::Peer& peer, const std::string&, const json& message) {
    if (!message.contains("method")) return peer.send(kAccepted);
    std::string asks = kStream;
    for (const char* method : {"roots/list", "elicitation/create", "sampling/createMessage"})
      asks += "data: " + json{{"jsonrpc", "2.0"}, {"id", method}, {"method", method}}.dump() + "\n\n";
    peer.send(asks + "data: " + response_to(message, json::object()).dump() + "\n\n");
    return false;
  }));
  SessionBench bench(server.url());
  bench.open();
  bench.ask();
  bench.loop.run_until([&] { return server.requests().size() == 6; }, bench.loop.now() + 60 * kSecond);
  std::size_t refused = 0;
  for (const std::string& request : server.requests())
    if (const json message = message_of(request); message.is_object() && !message.contains("method"))
      refused += message["error"]["code"] == -32601 ? 1 : 0;
  CHECK(refused == 3);
}

TEST_CASE("session: of the revisions that an error lists the newest is taken") {
  TestServer server([](TestServer::Peer& peer) {
    for (std::string request; !(request = peer.read_request()).empty();) {
      const json message = message_of(request);
      if (message.value("method", "") != "initialize")
        peer.send(kAccepted);
      else if (message["params"]["protocolVersion"] != "2025-11-25")
        peer.send(json_reply(response_to(message, initialize_result(message["params"]["protocolVersion"]))));
      else
        peer.send(json_reply({{"jsonrpc", "2.0"},
                              {"id", message["id"]},
                              {"error",
                               {{"code", -32602},
                                {"message", "no"},
                                {"data", {{"supported", {"2024-11-05", "2025-06-18", "2025-03-26"}}}}}}}));
    }
  });
  SessionBench bench(server.url());
  CHECK(bench.open().revision == "2025-06-18");
}

namespace {

std::size_t count_of_gets(const TestServer& server) {
  std::size_t count = 0;
  for (const std::string& request : server.requests()) count += request.starts_with("GET") ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("session: a stream that ends again and again is resumed five times, and not after its answer") {
  bool answers = false;
  TestServer server(served([&](TestServer::Peer& peer, const std::string& request, const json& message) {
    std::string stream = kStream;
    if (!request.starts_with("GET")) stream += "id: e1\nretry: 1\ndata:\n\n";
    if (answers) stream += "id: e2\ndata: " + response_to(message, json::object()).dump() + "\n\n";
    peer.send(stream);
    return false;
  }));
  SessionBench bench(server.url());
  bench.open();
  CHECK_FALSE(bench.ask("tools/call").received);
  CHECK(count_of_gets(server) == 5);
  answers = true;
  CHECK(bench.ask("tools/call").received);
  bench.loop.run_until([] { return false; }, bench.loop.now() + 50 * kMillisecond);
  CHECK(count_of_gets(server) == 5);
  for (const Received& received : bench.trace.received) CHECK(received.problem == "");  // empty data is no message
}

TEST_CASE("session: a response inside an array, and a stream that begins with an endpoint, are named at once") {
  bool endpoint = false;
  TestServer server(served([&](TestServer::Peer& peer, const std::string&, const json& message) {
    if (!endpoint) return peer.send(json_reply(json::array({response_to(message, json::object())})));
    peer.send(std::string(kStream) + "event: endpoint\ndata: /messages\n\n");
    while (peer.alive()) peer.wait(10);
    return false;
  }));
  SessionBench bench(server.url());
  bench.open();
  CHECK(has(bench.ask().problem, "inside an array"));
  endpoint = true;
  CHECK(has(bench.ask().problem, "HTTP+SSE"));
}

TEST_CASE("session: a retry time has a bound") {
  TestServer server(served([](TestServer::Peer& peer, const std::string& request, const json&) {
    peer.send(std::string(kStream) + (request.starts_with("GET")
                                          ? "data: {\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}\n\n"
                                          : "id: e1\nretry: 86400000\ndata:\n\n"));
    return false;
  }));
  StreamableHttpOptions to = SessionBench::with_url(server.url());
  to.resume_delay_max = 20 * kMillisecond;
  SessionBench bench(to);
  bench.open();
  CHECK(bench.ask("tools/call", 20 * kSecond).received);
}

TEST_CASE("session: a flood of messages on one reply ends at its bound") {
  TestServer server(served([](TestServer::Peer& peer, const std::string&, const json& message) {
    std::string stream = kStream;
    for (int i = 0; i < 20; ++i) stream += "data: {\"jsonrpc\":\"2.0\",\"method\":\"x\"}\n\n";
    peer.send(stream + "data: " + response_to(message, json::object()).dump() + "\n\n");
    return false;
  }));
  StreamableHttpOptions to = SessionBench::with_url(server.url());
  to.messages_max = 10;
  SessionBench bench(to);
  bench.open();
  const Answer answer = bench.ask("tools/call", 30 * kSecond);
  CHECK_FALSE(answer.received);
  CHECK(has(answer.problem, "more than 10 messages"));
}

TEST_CASE("session: the time for a look at the era is not taken from the handshake") {
  for (const bool at_once : {false, true}) {
    CAPTURE(at_once);
    TestServer server(served([](TestServer::Peer& peer, const std::string&, const json&) {
      while (peer.alive()) peer.wait(5);  // server/discover is not answered
      return false;
    }));
    SessionOptions options;
    options.era = Era::unknown;
    options.at_once = at_once;
    SessionBench bench(server.url(), options);
    // Where both are sent at once initialize has been answered then, and the time is that of what follows it.
    bench.clock.leap_when([&] { return at_once ? !bench.trace.received.empty() : !server.requests().empty(); },
                          61 * kSecond);
    const Opening& opening = bench.open();
    CHECK(opening.problem == "");
    CHECK(opening.revision == "2025-11-25");
    REQUIRE(opening.initialized);
    CHECK_FALSE(bench.trace.exchanges[*opening.initialized].failure);
  }
}

namespace {

// initialize is answered, notifications/initialized refused with 400, and so is ping, with `error`.
TestServer::Script refusing(const json& error) {
  return [error](TestServer::Peer& peer) {
    for (std::string request; !(request = peer.read_request()).empty();) {
      const json message = message_of(request);
      if (message.value("method", "") == "initialize")
        peer.send(json_reply(response_to(message, initialize_result()), "MCP-Session-Id: abc\r\n"));
      else
        peer.send(json_reply({{"jsonrpc", "2.0"}, {"id", message.value("id", json())}, {"error", error}}, "",
                             "400 Bad Request"));
    }
  };
}

}  // namespace

TEST_CASE("session: one that is refused with 400 right after initialize is not open") {
  TestServer server(refusing({{"code", -32000}, {"message", "no session"}}));
  SessionBench bench(server.url());
  const Opening& opening = bench.open();
  CHECK_MESSAGE(has(opening.problem, "the session is not known to the server"), opening.problem);
  CHECK(opening.refused == 2);
}

TEST_CASE("session: a server that does not know ping may have a session all the same") {
  TestServer server(refusing({{"code", -32601}, {"message", "Method not found"}}));
  SessionBench bench(server.url());
  CHECK(bench.open().problem == "");
  CHECK(bench.trace.exchanges.size() == 3);
}
