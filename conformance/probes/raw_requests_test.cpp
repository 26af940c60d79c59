#include "conformance/probes/raw_requests.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "client/http/test_server.hpp"

using namespace mcplumb;

namespace {

struct RawBench {
  explicit RawBench(TestServer::Script script) : server(std::move(script)) {}

  RawRequestOptions options() const {
    RawRequestOptions options;
    options.url = server.url();
    options.headers = {{"Authorization", "Bearer s"}, {"Accept", "application/json"}};
    options.deadline = 5 * kSecond;
    return options;
  }

  TestServer server;
  MonotonicClock clock;
  EventLoop loop{clock};
  Trace trace;
  HttpClient http{loop, trace, {}};
  RawRequests raw{http, options()};
};

constexpr const char* kGood = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
constexpr const char* kStream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

void answer_all(TestServer::Peer& peer) {
  while (!peer.read_request().empty()) peer.send(kGood);
}

// An event stream that goes on until it is closed.
void stream_events(TestServer::Peer& peer) {
  peer.read_request();
  peer.send(std::string(kStream) + ": hello\n\nid: 1\nevent: endpoint\ndata: /messages\n\n");
  peer.read_request();
}

RawRequest get_request() {
  RawRequest request;
  request.purpose = "test";
  request.method = "GET";
  return request;
}

}  // namespace

TEST_CASE("raw requests: usual headers give way to the user's, and these to those of the request") {
  RawBench bench(answer_all);
  RawRequest request;
  request.purpose = "test";
  request.headers = {{"Content-Type", "text/plain"}, {"Authorization", ""}};
  request.body = R"({"method": "ping"})";
  request.record_message = true;
  const Exchange& exchange = bench.raw.ask(request);
  CHECK(exchange.status() == 200);
  CHECK(exchange.deliberate);
  CHECK(exchange.purpose == "test");
  CHECK(exchange.message == nlohmann::json{{"method", "ping"}});
  const std::string sent = bench.server.requests().at(0);
  CHECK(sent.find("Accept: application/json\r\n") != std::string::npos);
  CHECK(sent.find("Content-Type: text/plain\r\n") != std::string::npos);
  CHECK(sent.find("Authorization") == std::string::npos);
}

TEST_CASE("raw requests: a body that is no message is sent as it is, and has none in the trace") {
  RawBench bench(answer_all);
  RawRequest request;
  request.body = "{";
  request.record_message = true;
  CHECK(bench.raw.ask(request).message.is_null());
  CHECK(bench.server.requests().at(0).ends_with("\r\n\r\n{"));
}

TEST_CASE("raw requests: a stream is read as far as it is wanted, and closing it is no failure") {
  RawBench bench(stream_events);
  RawRequest request = get_request();
  SUBCASE("its headers") {
    const Exchange& exchange = bench.raw.ask(request);
    CHECK(exchange.is_event_stream());
    CHECK_FALSE(exchange.failure);
    CHECK(exchange.closed_by_us);
  }
  SUBCASE("its first event, which is written down") {
    request.until = ReadUntil::first_event;
    const Exchange& exchange = bench.raw.ask(request);
    REQUIRE(exchange.events.size() == 1);
    CHECK(exchange.events.front().type == "endpoint");
    CHECK(exchange.events.front().data == "/messages");
    CHECK(exchange.comments_seen == 1);
    CHECK_FALSE(exchange.failure);
  }
  SUBCASE("so many bytes") {
    request.until = ReadUntil::end;
    request.enough = 10;
    const Exchange& exchange = bench.raw.ask(request);
    CHECK(exchange.body_size >= 10);
    CHECK_FALSE(exchange.failure);
  }
}

TEST_CASE("raw requests: several are asked at the same time, each on a connection of its own") {
  std::atomic<int> waiting{0};
  RawBench bench([&](TestServer::Peer& peer) {
    peer.read_request();
    ++waiting;
    while (waiting < 2 && peer.alive()) peer.wait(1);  // neither is answered before the other has come
    peer.send(kGood);
  });
  RawRequest request = get_request();
  request.fresh_connection = true;
  const std::vector<const Exchange*> seen = bench.raw.ask_all({request, request});
  REQUIRE(seen.size() == 2);
  CHECK(seen[0]->status() == 200);
  CHECK(seen[1]->status() == 200);
}

TEST_CASE("raw requests: a stream that was started stays open until it is closed") {
  RawBench bench(stream_events);
  const Exchange& stream = bench.raw.start(get_request());
  bench.loop.run_until([&] { return stream.body_size > 0; }, bench.loop.now() + 5 * kSecond);
  CHECK(bench.raw.running(stream));
  CHECK(stream.events.empty());
  bench.raw.close(stream);
  CHECK_FALSE(bench.raw.running(stream));
  CHECK_FALSE(stream.failure);
}

TEST_CASE("raw requests: what is not answered ends at its deadline") {
  RawBench bench([](TestServer::Peer& peer) {
    peer.read_request();
    peer.read_request();
  });
  RawRequest request = get_request();
  request.deadline = 50 * kMillisecond;
  const Exchange& exchange = bench.raw.ask(request);
  REQUIRE(exchange.failure);
  CHECK(exchange.failure->kind == FailureKind::deadline);
}

TEST_CASE("raw requests: the opening is by the rules of the revision") {
  CHECK(opening_body("2025-11-25").find("\"initialize\"") != std::string::npos);
  CHECK(opening_body("2026-07-28").find("\"server/discover\"") != std::string::npos);
  CHECK(session_headers("", "2025-03-26").empty());
  CHECK(session_headers("a", "2025-06-18").size() == 2);
}
