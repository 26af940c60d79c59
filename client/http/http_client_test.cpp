// Each trap of libcurl that a tester must not fall into, shown closed.
#include "client/http/http_client.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstdlib>

#include "client/http/test_server.hpp"
#include "client/test_clock.hpp"

using namespace mcplumb;

namespace {

struct HttpBench final : HttpObserver {
  explicit HttpBench(HttpBounds bounds = {}, ConnectionOptions options = {})
      : http(loop, trace, std::move(options), bounds) {}
  void on_end(Exchange&) override { ++ended; }
  void on_body(Exchange&, std::string_view bytes) override { body += bytes.substr(0, 64); }

  const Exchange& fetch(HttpRequest request, Micros within = 60 * kSecond) {
    const Exchange& exchange = http.start(std::move(request), *this);
    const int before = ended;
    loop.run_until([&] { return ended > before; }, loop.now() + within);
    CHECK_MESSAGE(ended == before + 1, "the exchange did not end in time");
    return exchange;
  }

  TestClock clock;
  EventLoop loop{clock};
  Trace trace;
  HttpClient http;
  int ended = 0;
  std::string body;
};

HttpRequest post(const std::string& url, std::string body = "{}") {
  HttpRequest request;
  request.url = url;
  request.headers = {{"Content-Type", "application/json"}, {"X-Secret", "s"}};
  request.body = std::move(body);
  return request;
}

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

// And close without a reply when another request comes.
void answer_once(TestServer::Peer& peer) {
  peer.read_request();
  peer.send(kOk);
  peer.read_request();
}

}  // namespace

TEST_CASE("http: the exchange records the request as sent and the reply as received") {
  TestServer server([](TestServer::Peer& peer) {
    peer.read_request();
    peer.send(
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Made\r\nX-A: 1\r\nx-a:  2 \r\nTransfer-Encoding: "
        "chunked\r\nTrailer: T\r\n\r\n2\r\nok\r\n0\r\nT: end\r\n\r\n");
  });
  HttpBench bench;
  const Exchange& exchange = bench.fetch(post(server.url()));
  CHECK_FALSE(exchange.failure);
  REQUIRE(exchange.blocks.size() == 2);
  CHECK(exchange.blocks[0].status == 103);
  CHECK(exchange.status() == 201);
  CHECK(exchange.reply()->reason == "Made");
  CHECK(exchange.header("X-a") == "1, 2");
  CHECK(exchange.trailers == Headers{{"T", "end"}});
  CHECK(exchange.body == "ok");
  CHECK(find_header(exchange.request.headers, "host").value_or("") == server.url("").substr(7));
  CHECK(find_header(exchange.request.headers, "user-agent")->starts_with("mcplumb/"));
  CHECK_FALSE(find_header(exchange.request.headers, "accept"));
  CHECK(exchange.connection.ip == "127.0.0.1");
  CHECK_FALSE(exchange.connection.reused);
}

TEST_CASE("http: a folded line goes on with the header before it") {
  TestServer server([](TestServer::Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nX-Long: one\r\n two\r\n\tthree\r\nX-Next: n\r\nContent-Length: 0\r\n\r\n");
  });
  HttpBench bench;
  const Exchange& exchange = bench.fetch(post(server.url()));
  CHECK(exchange.header("x-long") == "one two three");
  CHECK(exchange.header("x-next") == "n");
  CHECK(exchange.reply()->headers.size() == 3);
}

TEST_CASE("http: what a peer wrote is escaped in the sentence about its failure") {
  TestServer server([](TestServer::Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nX\xd1\x1b[2J: 1\r\nNo colon here\r\n\r\n");
  });
  HttpBench bench;
  const Exchange& exchange = bench.fetch(post(server.url()));
  REQUIRE(exchange.failure);
  CHECK(exchange.failure->message.find("after X\\xd1\\x1b[2J") != std::string::npos);
}

TEST_CASE("http: a status that is none is no reply") {
  TestServer server([](TestServer::Peer& peer) {
    peer.read_request();
    peer.send("HTTP/2 2\r\n\r\nx");
  });
  HttpBench bench;
  const Exchange& exchange = bench.fetch(post(server.url()));
  REQUIRE(exchange.failure);
  CHECK(exchange.failure->kind == FailureKind::malformed);
}

TEST_CASE("http: a switch to another protocol, which nobody asked for, is no reply") {
  TestServer server([](TestServer::Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nnot HTTP");
    peer.read_request();
  });
  HttpBench bench;
  const Exchange& exchange = bench.fetch(post(server.url()));
  REQUIRE(exchange.failure);
  CHECK(exchange.failure->kind == FailureKind::malformed);
  CHECK(exchange.failure->message == "the server switched to another protocol (101), which nobody asked for");
  CHECK(exchange.status() == 101);
}

TEST_CASE("http: a POST is not sent twice when a kept-alive connection dies") {
  TestServer server([](TestServer::Peer& peer) { answer_once(peer); });
  HttpBench bench;
  bench.fetch(post(server.url()));
  const Exchange& second = bench.fetch(post(server.url(), "{\"second\":1}"));
  REQUIRE(second.failure);
  CHECK(second.failure->kind == FailureKind::empty);
  CHECK(server.requests().size() == 2);
}

TEST_CASE("http: what does no harm is sent again when a kept connection dies, but not when a fresh one does") {
  std::atomic<int> peers = 0;
  TestServer server([&](TestServer::Peer& peer) {
    if (peers++ == 2) return;
    answer_once(peer);
  });
  HttpBench bench;
  HttpRequest request = post(server.url());
  request.repeatable = true;
  CHECK(bench.fetch(request).status() == 200);
  const Exchange& again = bench.fetch(request);
  CHECK(again.status() == 200);
  CHECK_FALSE(again.connection.reused);
  CHECK(again.request.again);
  const Exchange& dropped = bench.fetch(request);  // closed as it was kept, and closed when it was new
  REQUIRE(dropped.failure);
  CHECK(dropped.failure->kind == FailureKind::empty);
  CHECK(peers == 3);
}

TEST_CASE("http: what is sent again goes out on a new connection, though others are kept open") {
  // Each connection answers one request, and is closed without a word when another one comes.
  std::atomic<int> peers = 0;
  TestServer server([&](TestServer::Peer& peer) {
    ++peers;
    peer.read_request();
    peer.wait(100);  // so that several are opened
    peer.send(kOk);
    peer.read_request();
  });
  HttpBench bench;
  HttpRequest request = post(server.url());
  request.repeatable = true;
  for (int i = 0; i < 3; ++i) bench.http.start(request, bench);
  bench.loop.run_until([&] { return bench.ended == 3; }, bench.loop.now() + 60 * kSecond);
  CHECK(peers == 3);
  const Exchange& again = bench.fetch(request);
  CHECK(again.status() == 200);
  CHECK(again.request.again);
  CHECK(server.requests().size() == 5);
}

TEST_CASE("http: that a kept connection died is told although no other can be made") {
  TestServer server([](TestServer::Peer& peer) { answer_once(peer); });
  HttpBench bench;
  HttpRequest request = post(server.url());
  request.repeatable = true;
  CHECK(bench.fetch(request).status() == 200);
  server.stop_listening();
  const Exchange& second = bench.fetch(request);
  REQUIRE(second.failure);
  CHECK(second.failure->kind == FailureKind::empty);
  CHECK(second.failure->message ==
        "the server closed the kept-alive connection without any reply; when it was to be sent again, the connection "
        "was refused: nobody listens there");
  CHECK_FALSE(second.request.again);
}

TEST_CASE("http: a redirect is a reply; nothing, and no header, goes to the other host") {
  TestServer other([](TestServer::Peer& peer) {
    peer.read_request();
    peer.send(kOk);
  });
  TestServer server([&](TestServer::Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 307 Temporary Redirect\r\nContent-Length: 0\r\nLocation: " + other.url() + "\r\n\r\n");
  });
  HttpBench bench;
  CHECK(bench.fetch(post(server.url())).status() == 307);
  CHECK(other.requests().empty());
}

TEST_CASE("http: a large body is sent without Expect, so without its second of waiting") {
  TestServer server([](TestServer::Peer& peer) {
    peer.read_request();
    peer.send(kOk);
  });
  HttpBench bench;
  const Exchange& exchange = bench.fetch(post(server.url(), std::string(2 << 20, 'x')));
  CHECK(exchange.status() == 200);
  CHECK_FALSE(find_header(exchange.request.headers, "expect"));
  CHECK(exchange.request.body_cut);
  CHECK(exchange.request.body_size == 2 << 20);
}

TEST_CASE("http: proxies of the environment are not used") {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  TestServer server([](TestServer::Peer& peer) {
    peer.read_request();
    peer.send(kOk);
  });
  HttpBench bench;
  CHECK(bench.fetch(post(server.url())).status() == 200);
  unsetenv("http_proxy");
  unsetenv("ALL_PROXY");
}

TEST_CASE("http: endless bodies, endless streams and floods of headers end at their bounds") {
  struct Row {
    const char* name;
    const char* head;
    std::string piece;
  };
  const Row rows[] = {
      {"body", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", std::string(16384, 'x')},
      {"stream", "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", "data: x\n\n"},
      {"headers", "HTTP/1.1 200 OK\r\n", "X-Flood: 0123456789\r\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    TestServer server([&](TestServer::Peer& peer) {
      peer.read_request();
      peer.send(row.head);
      std::string block;
      while (block.size() < 16384) block += row.piece;
      while (peer.alive() && peer.send(block)) {
      }
    });
    HttpBounds bounds;
    bounds.body_max = bounds.stream_max = 1 << 20;
    bounds.body_kept = 100;
    HttpBench bench(bounds);
    const Exchange& exchange = bench.fetch(post(server.url()));
    REQUIRE(exchange.failure);
    CHECK(exchange.failure->kind == FailureKind::too_large);
    CHECK(exchange.body.size() <= 100);
  }
}

TEST_CASE("http: deadlines say which one passed") {
  TestServer silent([](TestServer::Peer& peer) {
    peer.read_request();
    while (peer.alive()) peer.wait(10);
  });
  TestServer stalling([](TestServer::Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    while (peer.alive()) peer.wait(10);
  });
  HttpBench bench;
  HttpRequest request = post(silent.url());
  request.headers_deadline = bench.loop.now() + 30 * kSecond;
  bench.clock.leap_when([&] { return silent.requests().size() == 1; }, 31 * kSecond);
  const Exchange& first = bench.fetch(request);
  REQUIRE(first.failure);
  CHECK(first.failure->kind == FailureKind::deadline);
  CHECK(first.failure->message == "no reply headers within the deadline");
  request = post(stalling.url());
  request.deadline = bench.loop.now() + 30 * kSecond;
  bench.clock.leap_when([&] { return bench.body == "half"; }, 31 * kSecond);
  const Exchange& second = bench.fetch(request);
  REQUIRE(second.failure);
  CHECK(second.failure->message == "the reply was not complete within the deadline");
  CHECK(second.body == "half");
}

TEST_CASE("http: the deadline for headers leaves a reply alone that has them") {
  TestServer server([](TestServer::Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
    peer.wait(300);
    peer.send("ok");
    peer.read_request();
  });
  HttpBench bench;
  HttpRequest request = post(server.url());
  request.headers_deadline = bench.loop.now() + 150 * kMillisecond;
  const Exchange& exchange = bench.fetch(request);
  CHECK_FALSE(exchange.failure);
  CHECK(exchange.body == "ok");
}

TEST_CASE("http: a resolver that hangs or fails does not hold the loop") {
  HttpBench bench;
  HttpRequest request = post("http://no-such-host.invalid/mcp");
  request.deadline = bench.loop.now() + 300 * kMillisecond;
  const Exchange& exchange = bench.fetch(request, 2 * kSecond);
  REQUIRE(exchange.failure);
  const bool named = exchange.failure->kind == FailureKind::resolve || exchange.failure->kind == FailureKind::deadline;
  CHECK(named);
}

TEST_CASE("http: how a connection ended has a name of its own") {
  struct Row {
    const char* bytes;
    FailureKind kind;
  };
  const Row rows[] = {
      {"", FailureKind::empty},
      {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", FailureKind::cut},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", FailureKind::cut},
      {"SSH-2.0-OpenSSH\r\n\r\n", FailureKind::malformed},
      {"HtTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", FailureKind::malformed},
      {"HTTP/one.1 200 OK\r\nContent-Length: 0\r\n\r\n", FailureKind::malformed},
      {"HTTP/1.1 100 Continue\r\n\r.\nHTTP/\xff 200 OK\r\n\r\nbody", FailureKind::malformed},
      {"HTTP/1.1 100 Continue\r\n\r\nno status line\r\n\r\nbody", FailureKind::malformed},
  };
  for (const Row& row : rows) {
    CAPTURE(row.bytes);
    TestServer server([&](TestServer::Peer& peer) {
      peer.read_request();
      peer.send(row.bytes);
    });
    HttpBench bench;
    const Exchange& exchange = bench.fetch(post(server.url()));
    REQUIRE(exchange.failure);
    CHECK_MESSAGE(exchange.failure->kind == row.kind, exchange.failure->message);
  }
  HttpBench bench;
  const Exchange& refused = bench.fetch(post("http://127.0.0.1:1/"));
  REQUIRE(refused.failure);
  CHECK(refused.failure->kind == FailureKind::refused);
}

TEST_CASE("http: a header with a line break is never sent") {
  HttpBench bench;
  HttpRequest request = post("http://127.0.0.1:1/");
  request.headers.push_back({"X", "a\r\nEvil: b"});
  const Exchange& exchange = bench.fetch(request);
  REQUIRE(exchange.failure);
  CHECK(exchange.failure->kind == FailureKind::local);
}

TEST_CASE("http: a stream that we close is no failure; one that we give up is") {
  TestServer server([](TestServer::Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:hello\n\n");
    while (peer.alive()) peer.wait(10);
  });
  HttpBench bench;
  const Exchange& closed = bench.http.start(post(server.url()), bench);
  const Exchange& given_up = bench.http.start(post(server.url()), bench);
  bench.loop.run_until([&] { return closed.body_size > 0 && given_up.body_size > 0; }, bench.loop.now() + 60 * kSecond);
  bench.http.close(closed.number);
  bench.http.cancel(given_up.number, FailureKind::cancelled, "enough");
  bench.loop.run_until([&] { return bench.ended == 2; }, bench.loop.now() + 60 * kSecond);
  CHECK(closed.closed_by_us);
  CHECK_FALSE(closed.failure);
  REQUIRE(given_up.failure);
  CHECK(given_up.failure->message == "enough");
}

TEST_CASE("http: user information of the URL stays out of the trace") {
  HttpBench bench;
  const Exchange& exchange = bench.fetch(post("http://user:secret@127.0.0.1:1/mcp?x=@y"));
  CHECK(exchange.request.url == "http://127.0.0.1:1/mcp?x=@y");
}
