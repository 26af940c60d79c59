// What happened, as values: every exchange of a run with its bytes counted and its moments stamped.
//
// All moments are microseconds since the start of the run, read from a monotonic clock; kNever marks what did not
// happen. Everything is bounded: what was cut says so (`body_cut`, `events_seen`), the counters go on counting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/allowance.hpp"
#include "client/kept_message.hpp"
#include "client/machine.hpp"
#include "client/time.hpp"
#include "client/transport_kind.hpp"

namespace mcplumb {

struct Header {
  std::string name;  // as it was on the wire
  std::string value;
  bool operator==(const Header&) const = default;
};
using Headers = std::vector<Header>;

// Names compare without case (RFC 9110 section 5.1). Several fields of one name are joined with ", ".
std::optional<std::string> find_header(const Headers& headers, std::string_view name);

struct SentRequest {
  std::string method;  // "POST"
  std::string url;     // absolute, without user information
  Headers headers;     // as sent, Host included
  std::string body;    // the first bytes of it
  std::size_t body_size = 0;
  bool body_cut = false;
  Micros at = kNever;
  bool again = false;  // on a second connection, as the peer closed the first, kept open, before any reply
};

// One block of reply headers. 103, 100 and the final one each have their own.
struct HeaderBlock {
  std::string version;  // "HTTP/1.1"
  int status = 0;
  std::string reason;
  Headers headers;
  Micros at = kNever;  // when its last line arrived
};

// Of the header lines, as they were on the wire.
std::size_t header_bytes(const HeaderBlock& block);

struct Chunk {
  Micros at = kNever;
  std::size_t size = 0;
};

// One dispatched server-sent event (WHATWG HTML, section 9.2), or a block that had fields but no data.
struct StreamEvent {
  Micros at = kNever;
  std::string type;               // "" when the stream named none
  std::optional<std::string> id;  // only if this very event carried an id field
  std::optional<long> retry_ms;   // only if this very event carried a valid retry field
  bool has_data = false;          // a `data` line was there, perhaps empty
  std::string data;               // bounded
  bool data_cut = false;
};

struct Connection {
  std::string ip;  // of the peer, or of the proxy
  long port = 0;
  std::string proxy;         // empty = none
  std::string http_version;  // "1.1", "2"
  std::string tls;           // "TLSv1.3" or empty
  bool reused = false;
  Micros resolved = kNever, connected = kNever, tls_done = kNever;  // absent (kNever) on a reused connection
};

enum class FailureKind {
  resolve,      // the host name has no address
  refused,      // nobody listens there
  unreachable,  // no route, or the connection could not be made
  tls,          // certificate or handshake
  deadline,     // one of our own deadlines passed; the message says which
  cut,          // the connection ended in the middle of the reply
  empty,        // the connection ended before any reply
  malformed,    // bytes that are not HTTP
  too_large,    // one of our bounds was reached
  cancelled,    // we gave it up on purpose
  local,        // our side: no descriptor, a bad option
};
std::string_view to_string(FailureKind kind);  // "too-large"
std::optional<FailureKind> failure_kind_from(std::string_view text);

struct Failure {
  FailureKind kind = FailureKind::local;
  std::string message;  // one sentence: what happened and after how many bytes
  Micros at = kNever;
};

// One HTTP request with everything that came back, or one message over stdio.
//
// Streamable HTTP brings the reply to a message with its request. HTTP+SSE and stdio have one long-lived *channel* for
// everything that the server sends: the GET stream, or the process's stdout with each line as an event. The channel is
// an exchange of its own; what answered a message stands there, and once more in the `answer` of the message's
// exchange.
struct Exchange {
  std::size_t number = 0;                  // position in Trace::exchanges
  std::optional<TransportKind> transport;  // absent: sent beside any; over stdio there is no method, URL or header
  std::string session;                     // label of the session it belongs to; empty = none
  std::string revision;                    // negotiated by that session when the request was sent; empty = not yet
  std::string purpose;                     // id of the check, or "probe", "handshake": why it was sent
  bool deliberate = false;  // malformed on purpose: passive rules about well-formed traffic leave it alone
  SentRequest request;
  nlohmann::json message;  // the JSON-RPC message that was sent, null if the body was none
  std::vector<HeaderBlock> blocks;
  Headers trailers;
  std::string body;  // excerpt of the reply body, decoded from its transfer coding
  std::size_t body_size = 0;
  bool body_cut = false;
  bool starved = false;             // of its body and events less is kept than of others: Trace::excerpts was used up
  std::vector<Chunk> chunks;        // bounded
  std::vector<StreamEvent> events;  // bounded; only for text/event-stream
  std::size_t events_seen = 0;      // all of them, the dropped ones included
  std::string unfinished;           // the first bytes of an event that no blank line has ended
  std::size_t comments_seen = 0;
  Micros first_comment = kNever;
  Connection connection;
  std::optional<Failure> failure;
  Micros ended = kNever;               // reply complete, cut or given up
  bool closed_by_us = false;           // we closed the stream although it was still open
  std::optional<std::size_t> channel;  // exchange that carries what answers this one; its own number for the channel
  std::optional<StreamEvent> answer;   // from the channel
  std::optional<std::size_t> process;  // stdio: the program at the other end, in Trace::processes

  const HeaderBlock* reply() const { return blocks.empty() ? nullptr : &blocks.back(); }
  int status() const { return blocks.empty() ? 0 : blocks.back().status; }
  std::optional<std::string> header(std::string_view name) const;
  bool is_event_stream() const;  // the reply's media type is text/event-stream
  bool is_channel() const { return channel == number; }
  // A bound of ours ended it, or what this machine lacks: that says nothing of the server.
  bool is_at_own_limit() const {
    return failure && (failure->kind == FailureKind::too_large ||
                       (failure->kind == FailureKind::local && is_lack_of_machine(failure->message)));
  }
  // What did, one sentence; empty: none did.
  std::string own_limit() const { return is_at_own_limit() ? failure->message : ""; }
  bool over_http() const { return !transport || has_http(*transport); }  // else a line that a program reads or writes
};

// One JSON-RPC message that came from the server.
struct Received {
  Micros at = kNever;
  std::size_t exchange = 0;            // on which exchange's reply it came
  std::optional<std::size_t> event;    // index into that exchange's events; absent for a JSON body
  KeptMessage value;                   // null if it was not JSON
  std::string problem;                 // why it is no acceptable JSON text ("duplicate key \"id\""); empty = fine
  std::string_view misframing;         // over stdio: how a message lies there instead of on a line (misframing.hpp)
  std::optional<std::size_t> answers;  // exchange that carried the request it responds to
};

// The event that a message came as; if that is not kept, one that says no more than when it came.
StreamEvent event_of(const Received& received, const Exchange& carrier);

// Text of which the beginning and the end are kept.
struct KeptText {
  std::string head, tail;
  std::size_t size = 0;  // of all of it

  void add(std::string_view bytes, std::size_t head_kept, std::size_t tail_kept);
  bool whole() const { return size == head.size() + tail.size(); }
  std::string text() const;  // head and tail; a line between them says what was left out
};

// A program that was started for the run: an MCP server over stdio, or an HTTP server under test.
struct ProcessRecord {
  std::size_t number = 0;            // position in Trace::processes
  std::string session;               // label of the session it serves over stdio; empty for an HTTP server
  std::vector<std::string> command;  // the program and its arguments
  std::string problem;               // why it could not be started, one sentence; empty = it ran
  long pid = 0;
  KeptText log;  // its stderr; of an HTTP server its stdout, too
  Micros started = kNever, ended = kNever;
  std::optional<int> exit_status, signal;  // how it ended; both absent while it runs
  // What we did to end it: closed its stdin, sent TERM, sent KILL.
  Micros input_closed = kNever, terminated = kNever, killed = kNever;
  bool input_unread = false;  // when its stdin was closed, by its end or by us, it had read nothing of what was sent
};
// "exited with status 1", "was ended by signal 9 (SIGKILL)", "is still running"
std::string ending_of(const ProcessRecord& process);

struct Trace {
  std::deque<Exchange> exchanges;  // a deque: an element keeps its address while the run goes on
  std::deque<Received> received;
  std::deque<ProcessRecord> processes;
  std::vector<Stall> stalls;  // of our own; not in reports

  // What may still be kept of what comes, in bytes of memory. Beyond it excerpts are empty and only counters go on;
  // messages and headers that do not fit any more end their exchange, as a bound of ours.
  MessageStore messages;
  Allowance excerpts{12 * 1024 * 1024};  // of bodies and events
  Allowance headers{4 * 1024 * 1024};
  // How many exchanges of a run a peer may cause: our answers to its requests, and streams resumed because it ended
  // them.
  Allowance answers{0}, resumptions{1000};
};

}  // namespace mcplumb
