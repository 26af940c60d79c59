// Sessions over HTTP+SSE, and the way to them from a URL of which nothing is known.
#include "client/transport/http_sse.hpp"

#include <doctest/doctest.h>

#include <condition_variable>
#include <deque>

#include "client/connect/connector.hpp"
#include "client/http/test_server.hpp"
#include "client/session/session.hpp"
#include "client/test_clock.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace http_sse_test {
namespace {

constexpr const char* kStream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
constexpr const char* kAccepted = "HTTP/1.1 202 Accepted\r\nContent-Length: 8\r\n\r\nAccepted";

// What the POSTs leave for the stream. "" ends it.
class Outbox {
 public:
  void put(std::string bytes) {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(bytes));
  }
  bool take(std::string& bytes) {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) return false;
    bytes = std::move(waiting_.front());
    waiting_.pop_front();
    return true;
  }

 private:
  std::mutex mutex_;
  std::deque<std::string> waiting_;
};

json message_of(const std::string& request) {
  const std::size_t body = request.find("\r\n\r\n");
  return body + 4 < request.size() ? json::parse(request.substr(body + 4)) : json();
}

std::string event(const json& message) { return "event: message\ndata: " + message.dump() + "\n\n"; }

std::string response_to(const json& request, json result) {
  return event({{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", std::move(result)}});
}

// An older server at /sse; `rest` handles the POSTs behind the handshake.
using Rest = std::function<void(TestServer::Peer&, Outbox&, const json& message)>;
TestServer::Script older(Outbox& outbox, const std::string& endpoint, const Rest& rest = {}) {
  return [&outbox, endpoint, rest](TestServer::Peer& peer) {
    for (std::string request; !(request = peer.read_request()).empty();) {
      if (request.starts_with("GET")) {
        peer.send(kStream + std::string("event: endpoint\ndata: ") + endpoint + "\n\n");
        for (std::string bytes; peer.alive();) {
          if (!outbox.take(bytes)) {
            peer.wait(2);
          } else if (bytes.empty()) {
            return;
          } else {
            peer.send(bytes);
          }
        }
        return;
      }
      if (!request.starts_with("POST /messages?id=7 ")) {
        peer.send("HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n");
        continue;
      }
      const json message = message_of(request);
      if (message.value("method", "") == "initialize")
        outbox.put(response_to(message, {{"protocolVersion", "2024-11-05"},
                                         {"capabilities", json::object()},
                                         {"serverInfo", {{"name", "t"}, {"version", "1"}}}}));
      else if (message.value("method", "") != "notifications/initialized" && rest) {
        rest(peer, outbox, message);
        continue;
      }
      peer.send(kAccepted);
    }
  };
}

void pong(TestServer::Peer& peer, Outbox& outbox, const json& message) {
  peer.send(kAccepted);
  outbox.put(response_to(message, json::object()));
}

struct Bench {
  explicit Bench(const std::string& url) : http(loop, trace, {}), transport(http, {url, {}, "s1"}) {}
  RequestOptions within(Micros span) {
    RequestOptions options;
    options.deadline = loop.now() + span;
    return options;
  }
  const Opening& open(Micros span = 30 * kSecond) { return session.open(within(span)); }
  Answer ask() { return session.request("ping", nullptr, within(30 * kSecond)); }

  TestClock clock;
  EventLoop loop{clock};
  Trace trace;
  HttpClient http;
  HttpSse transport;
  Session session{loop, trace, transport, {}};
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("http-sse: messages go to the endpoint, answers come on the stream") {
  Outbox outbox;
  TestServer server(older(outbox, "/messages?id=7", pong));
  Bench bench(server.url("/sse"));
  const Opening& opening = bench.open();
  REQUIRE(opening.problem == "");
  CHECK(opening.revision == "2024-11-05");
  CHECK(bench.transport.endpoint() == server.url("/messages?id=7"));
  const Answer answer = bench.ask();
  REQUIRE(answer.received);
  REQUIRE(bench.trace.exchanges.size() == 4);  // GET, initialize, initialized, ping
  CHECK(bench.trace.exchanges[0].is_channel());
  CHECK(bench.trace.exchanges[0].events.front().type == "endpoint");
  const Exchange& ping = bench.trace.exchanges[3];
  CHECK(ping.transport == TransportKind::http_sse);
  CHECK(ping.channel == 0);
  REQUIRE(ping.answer);
  CHECK(ping.answer->type == "message");
  CHECK(bench.trace.received[*answer.received].answers == 3);
  CHECK(bench.transport.end_session({}) == 0);
  CHECK(bench.loop.run_until([&] { return !bench.transport.running(0); }, bench.loop.now() + 30 * kSecond));
  CHECK(bench.trace.exchanges[0].closed_by_us);
}

TEST_CASE("http-sse: an endpoint is resolved against the URL, and another origin is refused") {
  struct Row {
    const char *endpoint, *says;
  };
  const Row rows[] = {
      {"messages?id=7", ""},
      {"ORIGIN/messages?id=7", ""},
      {"http://evil.example/messages?id=7", "points to another origin, http://evil.example:80; refused"},
      {"//evil.example/m", "points to another origin"},
      {"ftp://x/", "the endpoint event names no URL: ftp://x/"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.endpoint);
    Outbox outbox;
    std::string endpoint = row.endpoint, origin;
    TestServer::Script script;  // its origin is known only once the server is there
    TestServer server([&script](TestServer::Peer& peer) { script(peer); });
    origin = server.url("");
    if (endpoint.starts_with("ORIGIN")) endpoint.replace(0, 6, origin);
    script = older(outbox, endpoint, pong);
    Bench bench(server.url("/sse"));
    const std::string problem = bench.open().problem;
    if (*row.says == '\0')
      CHECK(problem == "");
    else
      CHECK_MESSAGE(has(problem, row.says), problem);
  }
}

TEST_CASE("http-sse: of two endpoint events the first one counts") {
  Outbox outbox;
  TestServer server(older(outbox, "/messages?id=7\n\nevent: endpoint\ndata: /other", pong));
  Bench bench(server.url("/sse"));
  CHECK(bench.open().problem == "");
  bench.loop.run_until([&] { return bench.trace.exchanges[0].events_seen > 2; }, bench.loop.now() + 30 * kSecond);
  CHECK(bench.transport.endpoint() == server.url("/messages?id=7"));
  CHECK(bench.ask().received);
}

TEST_CASE("http-sse: what is no stream with an endpoint is named") {
  struct Row {
    const char* name;
    std::string bytes;
    const char* says;
  };
  const Row rows[] = {
      {"404", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "HTTP 404 Not Found"},
      {"html", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi", "text/html"},
      {"another event first", kStream + std::string("data: {}\n\nevent: endpoint\ndata: /m\n\n"),
       "the first event of the stream is \"message\" where \"endpoint\" must stand"},
      {"ends", kStream + std::string(": hi\n\n"), "the event stream ended without an endpoint event"},
  };
  for (const Row& row : rows) {
    CAPTURE(std::string(row.name));
    TestServer server([&row](TestServer::Peer& peer) {
      peer.read_request();
      peer.send(row.bytes);
    });
    Bench bench(server.url("/sse"));
    const std::string problem = bench.open().problem;
    CHECK_MESSAGE(has(problem, row.says), problem);
  }
  TestServer silent([](TestServer::Peer& peer) {
    peer.read_request();
    peer.send(kStream);
    while (peer.alive()) peer.wait(5);
  });
  Bench bench(silent.url("/sse"));
  bench.clock.leap_when([&] { return !bench.trace.exchanges.empty() && bench.trace.exchanges[0].status() == 200; },
                        31 * kSecond);
  CHECK(has(bench.open().problem, "no endpoint event came within the deadline"));
}

TEST_CASE("http-sse: a request that cannot be answered any more ends at once") {
  SUBCASE("the POST is refused") {
    Outbox outbox;
    TestServer server(older(outbox, "/messages?id=7", [](TestServer::Peer& peer, Outbox&, const json&) {
      peer.send("HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\ngone");
    }));
    Bench bench(server.url("/sse"));
    REQUIRE(bench.open().problem == "");
    CHECK(has(bench.ask().problem, "HTTP 404 Not Found with text/plain: gone"));
  }
  SUBCASE("the answer is no JSON") {
    Outbox outbox;
    TestServer server(older(outbox, "/messages?id=7", [](TestServer::Peer& peer, Outbox& out, const json& message) {
      peer.send(kAccepted);
      out.put("event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":" + message["id"].dump() + ",\"result\":NaN}\n\n");
    }));
    Bench bench(server.url("/sse"));
    REQUIRE(bench.open().problem == "");
    CHECK(bench.ask().problem.starts_with("an event's data is not acceptable JSON: syntax error"));
  }
  SUBCASE("the stream ends") {
    Outbox outbox;
    TestServer server(older(outbox, "/messages?id=7", [](TestServer::Peer& peer, Outbox& out, const json&) {
      peer.send(kAccepted);
      out.put("");
    }));
    Bench bench(server.url("/sse"));
    REQUIRE(bench.open().problem == "");
    CHECK(has(bench.ask().problem, "the event stream that carries the answers is gone: the server ended it"));
    CHECK(has(bench.ask().problem, "the event stream for its answer is closed"));
  }
}

TEST_CASE("connect: an older server is found by its 405, and the refusal stays in the trace") {
  Outbox outbox;
  TestServer server(older(outbox, "/messages?id=7", pong));
  MonotonicClock clock;
  EventLoop loop(clock);
  Trace trace;
  HttpClient http(loop, trace, {});
  Target target;
  target.url = server.url("/sse");
  Connector connector(http, target);
  SessionOptions options;
  options.label = "s1";
  RequestOptions request;
  request.deadline = loop.now() + 30 * kSecond;
  Connected connected = connector.connect(options, request);
  REQUIRE(connected.open());
  CHECK(connector.transport() == TransportKind::http_sse);
  REQUIRE(connected.attempts.size() == 2);
  CHECK(has(connected.attempts[0].session->opening().problem, "HTTP 405"));
  CHECK(trace.exchanges[0].status() == 405);
  CHECK(trace.exchanges[1].is_channel());
  request.deadline = loop.now() + 200 * kMillisecond;      // the test's server answers on its first stream only
  Connected second = connector.connect(options, request);  // now it is known
  CHECK(second.attempts.size() == 1);
}

TEST_CASE("connect: where nothing works the first failure is shown; a broken server is not tried again") {
  struct Row {
    const char* reply;
    std::size_t attempts;
    const char* says;
  };
  const Row rows[] = {
      {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 2, "HTTP 404"},
      {"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", 2, "HTTP 400"},
      {"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", 1, "HTTP 401"},
      {"HTTP/1.1 403 Forbidden\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\n\r\n", 1, "HTTP 403"},
      {"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", 1, "HTTP 500"},
      {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi", 1, "text/html"},
      {"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n", 1, "redirects to /login"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.reply);
    TestServer server([&row](TestServer::Peer& peer) {
      while (!peer.read_request().empty()) peer.send(row.reply);
    });
    MonotonicClock clock;
    EventLoop loop(clock);
    Trace trace;
    HttpClient http(loop, trace, {});
    Target target;
    target.url = server.url("/mcp");
    Connector connector(http, target);
    RequestOptions request;
    request.deadline = loop.now() + 30 * kSecond;
    Connected connected = connector.connect({}, request);
    CHECK_FALSE(connected.open());
    CHECK(connected.attempts.size() == row.attempts);
    CHECK(has(connected.result().session->opening().problem, row.says));
    CHECK(trace.exchanges[0].request.method == "POST");
  }
}

}  // namespace http_sse_test
