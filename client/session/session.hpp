// One MCP session of the stateful era over any Transport: handshake, concurrent requests, cancellation, progress, and
// answers to what the server asks. https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle
//
// What the server does wrong is recorded, never repaired: a reply that is none ends the request at once with a
// sentence.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>

#include "client/loop.hpp"
#include "client/session/transport.hpp"

namespace mcplumb {

// Revisions with a handshake, oldest first.
std::span<const std::string_view> handshake_revisions();
inline constexpr std::string_view kNewestHandshakeRevision = "2025-11-25";
bool is_published_revision(std::string_view text);  // the stateless 2026-07-28 included

// What to send back when the server asks. Returns {"result": {...}} or {"error": {...}}; null = stay silent.
using Answerer = std::function<nlohmann::json(const nlohmann::json& request)>;

struct SessionOptions {
  std::string label;                               // for the trace and for messages to the user
  std::string revision{kNewestHandshakeRevision};  // to propose
  nlohmann::json client_info = {{"name", "mcplumb"}, {"version", MCPLUMB_VERSION}};
  nlohmann::json capabilities = nlohmann::json::object();
  std::map<std::string, Answerer> answers;  // by method, instead of the default
  bool retry_supported_version = true;      // after an error that lists versions (lifecycle#error-handling)
};

struct RequestOptions : SendOptions {
  nlohmann::json id;                                              // null = the next free integer
  bool cancel_at_deadline = true;                                 // tell the server when we stop waiting
  std::function<void(const nlohmann::json& params)> on_progress;  // for params._meta.progressToken
};

// What became of one request.
struct Answer {
  std::size_t exchange = 0;
  std::optional<std::size_t> received;  // the response, in Trace::received
  std::string problem;                  // why there is none, one sentence; empty with a response
  bool done() const { return received.has_value() || !problem.empty(); }
};

struct Handshake {
  Answer initialize;
  nlohmann::json result;                   // of initialize, null if there is none
  std::string revision;                    // negotiated
  std::optional<std::size_t> initialized;  // exchange of notifications/initialized
  Micros initialized_at = kNever;
  std::string problem;  // why there is no session, one sentence; empty = open
};

class Session final : private TransportObserver {
 public:
  using Ticket = std::size_t;  // the exchange number of the request

  // Loop, trace and transport must outlive the session.
  Session(EventLoop& loop, Trace& trace, Transport& transport, SessionOptions options);
  ~Session() override;

  // initialize and, unless `stay_before_initialized`, notifications/initialized. Runs the loop until it is decided.
  const Handshake& open(const RequestOptions& options, bool stay_before_initialized = false);
  void confirm(const SendOptions& options);  // sends notifications/initialized later

  // Sends a request; it is answered, or known to have failed, while the loop runs.
  Ticket start(std::string method, nlohmann::json params, RequestOptions options);
  const Answer& answer(Ticket ticket) const;
  // start and wait until it is decided or the deadline of `options` has passed.
  Answer request(std::string method, nlohmann::json params, RequestOptions options);
  std::size_t notify(std::string method, nlohmann::json params, const SendOptions& options);
  // Tells the server, then stops waiting (utilities/cancellation). Never for initialize.
  void cancel(Ticket ticket, const std::string& reason);

  const Handshake& handshake() const { return handshake_; }
  const SessionOptions& options() const { return options_; }
  Transport& transport() { return transport_; }
  // The response's message, null without one.
  const nlohmann::json& response(const Answer& answer) const;

 private:
  struct Pending {
    nlohmann::json id;
    std::string method;
    RequestOptions options;
    Answer answer;
    EventLoop::TimerId timer = 0;
  };
  void on_message(std::size_t received) override;
  void on_reply_end(std::size_t exchange) override;
  void take_response(std::size_t received);
  void take_stray(const nlohmann::json* id);
  void take_request(const nlohmann::json& message);
  void take_progress(const nlohmann::json& message);
  void fail(Pending& pending, std::string problem);
  void expire(Ticket ticket);
  Pending* pending_for(const Received& response);
  bool finish_handshake();

  EventLoop& loop_;
  Trace& trace_;
  Transport& transport_;
  SessionOptions options_;
  Handshake handshake_;
  std::int64_t next_id_ = 1;
  std::map<Ticket, Pending> requests_;
  std::size_t strays_ = 0;  // responses to nobody since the last quiet moment
};

// The problem sentence for an exchange that ended without a usable reply. Also used where no session is at work.
std::string describe_missing_reply(const Trace& trace, const Exchange& exchange);

}  // namespace mcplumb
