// What an expectation can look at: exchanges and messages of the trace, as JSON (docs/suite-language.md, "Views"). What
// is judged by many checks is better looked at by view_parts.hpp.
#pragma once

#include <nlohmann/json.hpp>
#include <unordered_map>

#include "client/connect/session_pool.hpp"
#include "client/trace.hpp"

namespace mcplumb {

// Builds views over a trace that may still grow. Trace and sessions must outlive it.
class ViewBuilder {
 public:
  ViewBuilder(const Trace& trace, const SessionPool& sessions) : trace_(trace), sessions_(sessions) {}

  // `now` stands in for the end of an exchange that is still going on.
  nlohmann::json exchange(std::size_t number, Micros now) const;
  // Adds what came of a request: `message`, `result`, `error`, or why there is none.
  nlohmann::json answer(const Answer& answer, Micros now) const;
  // What the server sent in the session of this exchange since the exchange began, on whatever stream.
  nlohmann::json seen_since(std::size_t exchange) const;
  nlohmann::json event(const StreamEvent& event, const Exchange& exchange) const;
  nlohmann::json event(const StreamEvent& event, const Exchange& exchange, Allowance& copies) const;
  // An exchange without what is heavy: bodies, events, messages.
  nlohmann::json carrier(std::size_t number, Micros now) const;

  // The response to the request that an exchange sent: matched by the session, or, for a raw request, by its id. Null:
  // there is none.
  const Received* response_on(const Exchange& exchange) const;

  // What came on an exchange whose body is kept in part only. Null: nothing that is JSON.
  const nlohmann::json* message_of_cut_body(const Exchange& exchange) const;

  // Groups of what a view has. Of an exchange:
  static void add_head(nlohmann::json& view, const Exchange& exchange);      // status, reason, header, media-type
  static void add_body(nlohmann::json& view, const Exchange& exchange);      // body, body-size, utf8, failure
  void add_json_body(nlohmann::json& view, const Exchange& exchange) const;  // json
  void add_events(nlohmann::json& view, const Exchange& exchange) const;     // events
  void add_stream(nlohmann::json& view, const Exchange& exchange, Micros now) const;  // comments … timing, took
  void add_messages(nlohmann::json& view, const Exchange& exchange) const;            // messages
  void add_request(nlohmann::json& view, const Exchange& exchange) const;             // request, transport, process
  static void add_text(nlohmann::json& view, const nlohmann::json& message);          // text, words
  // Of a message:
  void add_kind(nlohmann::json& view, const Received& received) const;   // kind, problem, misframing, text
  void add_asked(nlohmann::json& view, const Received& received) const;  // request
  // Of both: session, server.
  void add_session(nlohmann::json& view, std::string_view label, Micros moment) const;
  // What the server said about itself when the session was opened: "capabilities" or "info"; null: it did not.
  const nlohmann::json* of_server(std::string_view label, std::string_view name) const;
  void add_server(nlohmann::json& view, std::string_view label) const;  // a copy of both

 private:
  void index_new() const;
  static void add_message(nlohmann::json& view, const nlohmann::json& message);

  const Trace& trace_;
  const SessionPool& sessions_;
  // What came on, and what answered, each exchange; brought up to date when a view is made.
  mutable std::size_t indexed_ = 0;
  mutable std::unordered_map<std::size_t, std::vector<std::size_t>> on_;
};

// Members of a message that a view of it has, too.
inline constexpr const char* kOfMessage[] = {"method", "id", "params", "result", "error"};

// "request", "notification", "response" or "invalid"; "batch" for an array; "other" for an object that has nothing of
// JSON-RPC: a line of a log in JSON, another protocol.
std::string_view kind_of_message(const nlohmann::json& message);

}  // namespace mcplumb
