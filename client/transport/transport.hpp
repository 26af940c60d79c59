// How JSON-RPC messages travel. A Session speaks through this and never learns whether HTTP, a pipe or a test is behind
// it; nor does a transport know of handshakes: it is told what was agreed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/trace.hpp"

namespace mcplumb {

class TransportObserver {
 public:
  virtual ~TransportObserver() = default;
  // A message came in: its index in Trace::received. It may be no valid JSON (Received::problem).
  virtual void on_message(std::size_t received) = 0;
  // Nothing more will come in reply to what `send` returned this number for. The record says how it ended.
  virtual void on_reply_end(std::size_t exchange) = 0;
};

struct SendOptions {
  Headers headers;                   // beyond what the transport sends; one of the same name replaces it
  std::vector<std::string> without;  // names of headers to leave out
  Micros headers_deadline = kNever;  // moments
  Micros deadline = kNever;
  std::string purpose;      // goes into Exchange::purpose
  bool deliberate = false;  // goes into Exchange::deliberate
  bool repeatable = false;  // HttpRequest::repeatable, whatever the message is
  bool resume = true;       // a stream that the server ends early is resumed where the transport can
};

class Transport {
 public:
  virtual ~Transport() = default;
  virtual TransportKind kind() const = 0;
  virtual void observe(TransportObserver* observer) = 0;  // null = nobody; must outlive the transport otherwise

  // Makes ready for the first message: starts the program, or opens the stream and waits for its endpoint. Runs the
  // loop. Later calls do nothing. The answer says why it could not be done, one sentence; empty = ready.
  virtual std::string open(const SendOptions&) { return ""; }
  // The exchange on which everything comes that the peer sends. Absent: there is none, or not yet.
  virtual std::optional<std::size_t> channel() const { return std::nullopt; }

  // Sends one message and returns the exchange that will hold its reply. Never blocks.
  virtual std::size_t send(const nlohmann::json& message, const SendOptions& options) = 0;
  // Opens a stream for messages that answer nothing; where there is a channel, that is it. Absent: there is none.
  virtual std::optional<std::size_t> listen(const SendOptions& options) = 0;
  // Ends the session on the peer's side. Absent: there is nothing to say.
  virtual std::optional<std::size_t> end_session(const SendOptions& options) = 0;
  // Any HTTP request on the endpoint, with the headers that this session would send for that method. Absent: the
  // transport is not HTTP.
  // NOLINTNEXTLINE(performance-unnecessary-value-param): those who override it keep what they get
  virtual std::optional<std::size_t> raw(std::string, std::optional<std::string>, const SendOptions&) {
    return std::nullopt;
  }

  // Bytes as they are on a line of their own, where messages are lines; for lines that are no messages. Absent: the
  // transport has no lines.
  virtual std::optional<std::size_t> send_line(std::string_view, const SendOptions&) { return std::nullopt; }

  // What can be said about a peer that does not answer, to be read after a semicolon; empty = nothing.
  virtual std::string about_silence() const { return ""; }

  // The peer showed that it speaks this transport, whatever came of its messages. Only of use where that can be seen
  // before the first response.
  virtual bool announced() const { return false; }

  virtual void give_up(std::size_t exchange, FailureKind kind, std::string why) = 0;  // counts as a failure of it
  virtual void close_stream(std::size_t exchange) = 0;                                // does not
  virtual bool running(std::size_t exchange) const = 0;

  virtual void agree_on(std::string_view revision) = 0;  // what later messages must say was negotiated
  virtual std::string session_id() const = 0;            // what the peer issued; empty = nothing
};

}  // namespace mcplumb
