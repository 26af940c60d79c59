// A client with one open session: what a program needs to ask an MCP server something.
//
//   Client client(Target::at("http://127.0.0.1:8000/mcp"));
//   if (!client.open()) { std::puts(client.problem().what.c_str()); return 1; }
//   const auto result = client.request("tools/call", {{"name", "echo"}, {"arguments", {{"message", "hello"}}}});
//
// Everything runs on the calling thread, in its own event loop, while a call waits. What goes wrong is a value; the
// destructor ends the session, and every program that was started.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "client/connect/session_pool.hpp"

namespace mcplumb {

struct ClientOptions {
  std::string revision;                                    // to propose; empty = find out what the server speaks
  nlohmann::json capabilities = nlohmann::json::object();  // to declare
  Micros deadline = 10 * kSecond;                          // span, of the handshake and of each request
  std::string purpose = "client";                          // for Exchange::purpose
};

// Why something could not be had.
struct Problem {
  std::string what;                     // one sentence
  std::optional<std::size_t> exchange;  // number of the evidence in trace()
  nlohmann::json error;                 // the JSON-RPC error that was answered; null if it was none
};

struct CallOptions {
  Micros at_most = kNever;  // span, up to which progress moves the deadline of the request; kNever = it does not
  std::function<void(const nlohmann::json& message)> on_message;  // every message of the server that comes meanwhile
};

class Client {
 public:
  explicit Client(Target target, ClientOptions options = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void close();  // ends the session and the programs now; runs the loop

  // The handshake, or what stands for it. False: problem() tells why not. Starts the program that the target names.
  bool open();

  // Waits for the response and returns its result, an object. Absent: problem() tells why. `follow` of the session's
  // rounds of input is on; a wish for input that cannot be granted is a problem.
  std::optional<nlohmann::json> request(const std::string& method, nlohmann::json params = nullptr,
                                        const CallOptions& options = {});
  // Shows the elements of a list one by one, all pages: of tools/list, prompts/list, resources/list or
  // resources/templates/list. No more once `look` returns false. Keeps none of them. False: problem() tells why.
  bool look_through(const std::string& method, const std::function<bool(const nlohmann::json& element)>& look);
  // All of them.
  std::optional<std::vector<nlohmann::json>> list(const std::string& method);
  void notify(const std::string& method, nlohmann::json params = nullptr);

  // Opens the stream for what the server says unasked (GET, or the channel of the transport; in the stateless era
  // subscriptions/listen with `filter`), and hands over every message until `on_message` returns false, the span has
  // passed, or the stream ends. False: there is no such stream; problem() tells why.
  bool watch(const std::function<bool(const nlohmann::json& message)>& on_message, Micros at_most,
             nlohmann::json filter = nlohmann::json::object());

  const Problem& problem() const { return problem_; }
  bool declares(std::string_view capability) const;  // the server, in its handshake
  const Opening& opening() const;
  Session& session();
  TransportKind transport() const;
  Micros opening_took() const;                     // span; kNever without a response
  Micros last_took() const { return last_took_; }  // the last request, until its response came

  EventLoop& loop();
  const Trace& trace() const;
  const Target& target() const;

 private:
  struct State;
  bool fail(std::string what, std::optional<std::size_t> exchange = std::nullopt);
  enum class Keeps { none, all };  // of the elements that it is shown
  bool look_through(const std::string& method, const std::function<bool(const nlohmann::json& element)>& look,
                    Keeps keeps);
  const nlohmann::json* ask(const std::string& method, nlohmann::json params, const CallOptions& options,
                            Session::Ticket& ticket);
  const nlohmann::json* result_of(const std::string& method, Session::Ticket ticket);
  void hand_over(const std::function<void(const nlohmann::json& message)>& on_message);

  std::unique_ptr<State> state_;
  Problem problem_;
  Micros last_took_ = kNever;
};

}  // namespace mcplumb
