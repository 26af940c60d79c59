// One MCP session over any Transport: its opening, concurrent requests, cancellation, progress, and answers to what the
// server asks. In the stateless era (era.hpp) there is no handshake: a session is what asks on the same terms.
// https://modelcontextprotocol.io/specification/2025-11-25/basic/lifecycle
//
// What the server does wrong is recorded, never repaired: a reply that is none ends the request at once with a
// sentence.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "client/loop.hpp"
#include "client/transport/era.hpp"
#include "client/transport/transport.hpp"

namespace mcplumb {

// What to send back when the server asks. Returns {"result": {...}} or {"error": {...}}; null = stay silent.
using Answerer = std::function<nlohmann::json(const nlohmann::json& request)>;

struct SessionOptions {
  std::string label;                               // for the trace and for messages to the user
  Era era = Era::stateful;                         // unknown: open() finds out
  std::string revision{kNewestHandshakeRevision};  // to propose, or to say in every envelope
  Micros era_patience = 3 * kSecond;  // for an answer to server/discover, before initialize is tried beside it
  // Over HTTP, where the era is unknown: server/discover and initialize are sent side by side, which saves a round trip
  // of a server with a handshake. What the other one would have begun is ended again.
  bool at_once = false;
  nlohmann::json client_info = own_client_info();
  nlohmann::json capabilities = nlohmann::json::object();
  std::map<std::string, Answerer> answers;  // by method, instead of the default
  bool retry_supported_version = true;      // after an error that lists versions (lifecycle#error-handling)
};

struct RequestOptions : SendOptions {
  nlohmann::json id;               // null = the next free integer
  nlohmann::json meta;             // changes to params._meta, see with_meta
  bool follow = false;             // answer what an input_required result asks for, until there is another one
  bool cancel_at_deadline = true;  // tell the server when we stop waiting
  std::function<void(const nlohmann::json& params)> on_progress;  // for params._meta.progressToken
};

// What became of one request.
struct Answer {
  std::size_t exchange = 0;
  std::optional<std::size_t> received;  // the response, in Trace::received
  std::string problem;                  // why there is none, one sentence; empty with a response
  bool done() const { return received.has_value() || !problem.empty(); }
};

// How a session began: with initialize, or in the stateless era with server/discover.
struct Opening {
  Answer answer;                           // to the request that began it
  std::optional<Answer> discovered;        // to the server/discover that came before initialize, to find out the era
  std::optional<Answer> beside;            // to the initialize that was sent beside a server/discover that decided it
  KeptMessage result;                      // null if there is none
  std::string revision;                    // negotiated, or agreed on
  std::optional<std::size_t> initialized;  // exchange of notifications/initialized
  Micros initialized_at = kNever;
  std::string problem;                 // why there is no session, one sentence; empty = open
  bool heard_both = false;             // over a channel server/discover was not answered yet when initialize was sent
  std::optional<std::size_t> refused;  // exchange that showed that the session is not known to the server
  // The exchange that tells why there is no session.
  std::size_t failed_at() const { return refused.value_or(answer.exchange); }
  Era era() const { return era_of(revision); }
};

class Session final : private TransportObserver {
 public:
  using Ticket = std::size_t;  // the exchange number of the request

  // Loop, trace and transport must outlive the session.
  Session(EventLoop& loop, Trace& trace, Transport& transport, SessionOptions options);
  ~Session() override;

  // Stateful: initialize and, unless `stay_before_initialized`, notifications/initialized. Stateless: server/discover.
  // Where the era is unknown server/discover comes first, and initialize where that is no answer of the stateless era,
  // or none in time (2026-07-28, basic/versioning#backward-compatibility). Runs the loop until it is decided.
  const Opening& open(const RequestOptions& options, bool stay_before_initialized = false);
  void confirm(const SendOptions& options);  // sends notifications/initialized later
  // After a silent opening whose transport was told to end: an answer that comes now had been kept back, and is named.
  // Runs the loop.
  void hear_out(Micros deadline);

  // Sends a request; it is answered, or known to have failed, while the loop runs. With `follow` the answer is that of
  // the last round.
  Ticket start(std::string method, nlohmann::json params, RequestOptions options);
  const Answer& answer(Ticket ticket) const;
  // start and wait until it is decided or the deadline of `options` has passed.
  Answer request(std::string method, nlohmann::json params, RequestOptions options);
  std::size_t notify(const std::string& method, nlohmann::json params, const SendOptions& options);
  // The cheapest request that every server answers: ping, or server/discover.
  Answer ping(const RequestOptions& options);
  // Tells the server, then stops waiting (utilities/cancellation): by a notification, or in the stateless era over HTTP
  // by closing the stream. Never for initialize.
  void cancel(Ticket ticket, const std::string& reason);

  const Opening& opening() const { return opening_; }
  const SessionOptions& options() const { return options_; }
  bool is_stateless() const { return options_.era == Era::stateless; }
  // Our answers to what a result wants to know, by key; absent if something is asked for that was not declared, or that
  // no answer is known to.
  std::optional<nlohmann::json> input_for(const nlohmann::json& wishes) const;
  nlohmann::json envelope() const;  // that requests get now; null in the stateful era
  Transport& transport() { return transport_; }
  // The response's message, null without one.
  const nlohmann::json& response(const Answer& answer) const;
  const KeptMessage& kept_response(const Answer& answer) const;
  MessageStore& messages() { return trace_.messages; }
  // Nobody needs the response any more. `makes_room`: nor anything that was copied from it.
  void let_go(const Answer& answer, bool makes_room);
  // Something as large as the response is kept beside it. False: there is no room, and too_much() says why.
  [[nodiscard]] bool take_copy(const Answer& answer);
  std::string too_much() const;

 private:
  struct Pending {
    nlohmann::json id;
    std::string method;
    nlohmann::json params;  // as asked for, if they may be needed again
    RequestOptions options;
    Answer answer;
    EventLoop::TimerId timer = 0;
    std::optional<Ticket> next;  // the same request with the input that the server asked for
    int round = 0;
  };
  void on_message(std::size_t received) override;
  void on_reply_end(std::size_t exchange) override;
  void receive_unreadable(const Received& received);
  void receive_response(std::size_t received);
  void receive_stray(std::size_t received);
  bool sent_requests_only() const;
  void receive_request(const Received& received);
  bool may_answer(const Received& request);
  void receive_progress(const nlohmann::json& message);
  void fail(Pending& pending, std::string problem);
  void fail_by(Pending& pending, const Received& received, const std::string& problem);
  void expire(Ticket ticket);
  // What came for this request, to stand behind a sentence that says that its response did not: " (not even reply
  // headers)".
  std::string seen_until_now(Ticket ticket) const;
  Pending* pending_for(const Received& response);
  Pending& last_round(Ticket ticket);
  void go_on(Pending& pending);
  nlohmann::json answer_to(const nlohmann::json& request) const;

  void speak(Era era, std::string revision);
  void find_era(RequestOptions options, bool stay_before_initialized);
  void find_era_at_once(RequestOptions options, bool stay_before_initialized);
  void make_up_for_look(RequestOptions& options, Micros begun) const;
  Ticket start_initialize(const RequestOptions& options);
  void give_back(Ticket initialize, const RequestOptions& options);
  void shake_hands(const RequestOptions& options, bool stay_before_initialized, std::optional<Ticket> discover,
                   std::optional<Ticket> begun = std::nullopt);
  void finish_handshake();
  bool opens_with(const nlohmann::json& outcome);  // false: it is too large for us
  void finish_discovery(const RequestOptions& options, bool looked_further);
  Discovery discovery(const Answer& answer) const;
  bool answers_statelessly(const RequestOptions& options);
  bool refuses(Ticket ticket) const;
  void drop(Ticket ticket);
  void see_whether_known(const SendOptions& options, std::size_t refused);
  void set_aside(std::size_t exchange);

  EventLoop& loop_;
  Trace& trace_;
  Transport& transport_;
  SessionOptions options_;
  Opening opening_;
  std::int64_t next_id_ = 1;
  std::map<Ticket, Pending> requests_;
  std::map<std::size_t, std::size_t> asked_on_;  // how many requests of the server were answered, by what carried them
  std::size_t strays_ = 0;                       // responses to nobody since the last quiet moment
};

}  // namespace mcplumb
