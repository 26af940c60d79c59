// How often an everyday command waits for the server: told by the order of what the server was sent, and not by a
// clock.
#include <doctest/doctest.h>

#include <condition_variable>
#include <mutex>

#include "client/connect/client.hpp"
#include "client/http/test_server.hpp"
#include "client/jsonrpc/message.hpp"

namespace mcplumb::round_trips_test {
namespace {

using nlohmann::json;

// Answers as a server of one era, or of both. Keeps an answer back until something else was asked for.
class Server {
 public:
  enum class Speaks { handshake, stateless, both };
  explicit Server(Speaks speaks)
      : speaks_(speaks), server_([this](TestServer::Peer& peer) {
          for (std::string request; !(request = peer.read_request()).empty();)
            if (!answer(peer, request)) return;
        }) {}
  ~Server() { let_go(); }

  void hold_until(const std::string& held, const std::string& until) { holds_[held] = until; }
  void let_go() {
    const std::lock_guard lock(mutex_);
    over_ = true;
    changed_.notify_all();
  }
  // Waits until it came, on the server's side.
  bool got(const std::string& method) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return came(method); });
  }
  std::vector<std::string> order() {
    const std::lock_guard lock(mutex_);
    return order_;
  }
  std::string url() const { return server_.url(); }

 private:
  bool came(const std::string& method) const { return std::find(order_.begin(), order_.end(), method) != order_.end(); }

  bool answer(TestServer::Peer& peer, const std::string& request) {
    const std::size_t body = request.find("\r\n\r\n");
    const json message = body + 4 < request.size() ? json::parse(request.substr(body + 4)) : json();
    const std::string method = message.is_object() ? message.value("method", "") : request.substr(0, request.find(' '));
    {
      std::unique_lock lock(mutex_);
      order_.push_back(method);
      changed_.notify_all();
      if (const auto hold = holds_.find(method); hold != holds_.end())
        changed_.wait_for(lock, std::chrono::seconds(10), [&] { return over_ || came(hold->second); });
      if (over_) return false;
    }
    return peer.send(reply(method, message));
  }

  std::string reply(const std::string& method, const json& message) const {
    if (method == "DELETE" || (message.is_object() && !message.contains("id")))
      return "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";
    const bool known = method == "server/discover" ? speaks_ != Speaks::handshake
                       : method == "initialize"    ? speaks_ != Speaks::stateless
                                                   : true;
    json answered = {{"jsonrpc", "2.0"}, {"id", message["id"]}};
    if (!known)
      answered["error"] = {{"code", -32601}, {"message", "no"}};
    else if (method == "initialize")
      answered["result"] = {{"protocolVersion", "2025-11-25"},
                            {"capabilities", json::object()},
                            {"serverInfo", {{"name", "t"}, {"version", "1"}}}};
    else if (method == "server/discover")
      answered["result"] = {
          {"resultType", "complete"}, {"supportedVersions", {"2026-07-28"}}, {"capabilities", json::object()}};
    else if (method == "tools/list")
      answered["result"] = {
          {"resultType", "complete"},
          {"tools", {{{"name", message.contains("params") && message["params"].contains("cursor") ? "b" : "a"}}}},
          {"nextCursor", std::to_string(order_.size())}};
    else
      answered["result"] = {{"resultType", "complete"}};
    const std::string text = answered.dump();
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nMcp-Session-Id: " +
           std::string(method == "initialize" && known ? "s1" : "") +
           "\r\nContent-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text;
  }

  Speaks speaks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> order_;
  std::map<std::string, std::string> holds_;
  bool over_ = false;
  TestServer server_;
};

using Order = std::vector<std::string>;

Order sorted(Order all) {
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

TEST_CASE("round trips: server/discover and initialize are under way at once, and then one request follows the other") {
  Server server(Server::Speaks::handshake);
  server.hold_until("server/discover", "initialize");  // neither is answered before both came
  server.hold_until("initialize", "server/discover");
  {
    Client client(Target::at(server.url()));
    REQUIRE(client.open());
    CHECK(client.opening().era() == Era::stateful);
    CHECK_FALSE(client.opening().beside);
    CHECK(client.request("ping"));
    // Two connections serve for all of it.
    std::size_t fresh = 0;
    for (const Exchange& exchange : client.trace().exchanges) fresh += exchange.connection.reused ? 0 : 1;
    CHECK(fresh == 2);
  }
  CHECK(server.got("DELETE"));
  Order order = server.order();
  REQUIRE(order.size() == 5);
  CHECK(sorted({order[0], order[1]}) == Order{"initialize", "server/discover"});
  CHECK(Order(order.begin() + 2, order.end()) == Order{"notifications/initialized", "ping", "DELETE"});
}

TEST_CASE("round trips: the end of a session is said, and its answer is not waited for") {
  Server server(Server::Speaks::handshake);
  server.hold_until("DELETE", "nothing");
  Client client(Target::at(server.url()));
  REQUIRE(client.open());
  const Micros before = client.loop().now();
  client.close();
  CHECK(client.loop().now() - before < 2 * kSecond);  // its deadline is three
  CHECK(server.got("DELETE"));
  server.let_go();
}

TEST_CASE("round trips: the handshake that a server of both eras was offered in vain is ended, and can be told from") {
  Server server(Server::Speaks::both);
  server.hold_until("server/discover", "initialize");
  Client client(Target::at(server.url()));
  REQUIRE(client.open());
  CHECK(client.opening().era() == Era::stateless);
  REQUIRE(client.opening().beside);
  REQUIRE(client.opening().beside->received);
  CHECK(client.trace().received[*client.opening().beside->received].value.contains("result"));
  CHECK(client.request("tools/list"));
  CHECK(server.got("DELETE"));
  client.close();
  const Order order = server.order();
  CHECK(std::count(order.begin(), order.end(), "DELETE") == 1);
  for (const Exchange& exchange : client.trace().exchanges)
    if (string_member(exchange.message, "method") == "tools/list")
      CHECK_FALSE(find_header(exchange.request.headers, "mcp-session-id"));
}

TEST_CASE("round trips: a server of the stateless era alone is asked no more than that") {
  Server server(Server::Speaks::stateless);
  {
    Client client(Target::at(server.url()));
    REQUIRE(client.open());
    CHECK(client.opening().era() == Era::stateless);
    CHECK(client.request("tools/list"));
  }
  CHECK(sorted(server.order()) == Order{"initialize", "server/discover", "tools/list"});
}

TEST_CASE("round trips: of a list no page is asked for behind the one that was looked for") {
  Server server(Server::Speaks::handshake);
  Client client(Target::at(server.url()));
  REQUIRE(client.open());
  const auto looked_through = [&](const char* name) {
    std::size_t seen = 0;
    CHECK(client.look_through("tools/list", [&](const json& each) { return ++seen, each["name"] != name; }));
    return seen;
  };
  CHECK(looked_through("a") == 1);
  CHECK(looked_through("b") == 2);
  const Order order = server.order();
  CHECK(std::count(order.begin(), order.end(), "tools/list") == 3);
}

TEST_CASE("round trips: a server that reads one connection at a time is asked again on the one it reads") {
  std::mutex one;
  std::vector<std::string> methods;
  TestServer server([&](TestServer::Peer& peer) {
    const std::lock_guard alone(one);
    for (std::string request; !(request = peer.read_request()).empty();) {
      const json message = json::parse(request.substr(request.find("\r\n\r\n") + 4));
      methods.push_back(message.value("method", ""));
      json answered = {{"jsonrpc", "2.0"}, {"id", message.value("id", json())}};
      if (methods.back() == "initialize")
        answered["result"] = {{"protocolVersion", "2025-11-25"}, {"capabilities", json::object()}};
      else
        answered["error"] = {{"code", -32601}, {"message", "no"}};
      const std::string text = answered.dump();
      const bool asked = message.contains("id");
      if (!peer.send(asked ? "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
                                 std::to_string(text.size()) + "\r\n\r\n" + text
                           : "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"))
        return;
    }
  });
  ClientOptions options;
  options.deadline = 2 * kSecond;  // of which a quarter is waited for
  Client client(Target::at(server.url()), options);
  CHECK(client.open());
  CHECK(client.opening().era() == Era::stateful);
}

}  // namespace mcplumb::round_trips_test
