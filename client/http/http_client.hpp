// HTTP exchanges over libcurl's multi interface, driven by the EventLoop. Writes every exchange into the Trace.
//
// Nothing is followed, retried, decompressed or taken from the environment behind the caller's back: a redirect is a
// reply, a connection that dies is a Failure, a proxy is used only if the options name one. The one exception is a
// request that the caller says may be sent again.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/http/connection_options.hpp"
#include "client/loop.hpp"
#include "client/trace.hpp"

namespace mcplumb {

// What of the bytes is kept, and where a reply is given up as too large.
struct HttpBounds {
  std::size_t body_kept = 16 * 1024;          // per reply, in the trace
  std::size_t body_max = 16 * 1024 * 1024;    // of a body that is no event stream
  std::size_t stream_max = 64 * 1024 * 1024;  // of an event stream
  std::size_t header_max = 256 * 1024;        // all header lines of one reply
  std::size_t chunks_kept = 256;              // time stamps
};

struct HttpRequest {
  std::string method = "POST";
  std::string url;
  Headers headers;  // exactly these; libcurl adds only Host, Content-Length and User-Agent
  std::optional<std::string> body;
  // It does no harm twice: if the peer closed a connection that was kept open, before the first byte of a reply, the
  // request is sent again on another one (RFC 9110 §9.2.2, RFC 9112 §9.3.1).
  bool repeatable = false;
  Micros headers_deadline = kNever;  // moment by which the reply's headers must be there
  Micros deadline = kNever;          // moment by which the exchange must be over
};

// Called while an exchange goes on. A callback may start and cancel exchanges. Must live until on_end was called or the
// exchange was detached.
class HttpObserver {
 public:
  virtual ~HttpObserver() = default;
  virtual void on_headers(Exchange&) {}                 // a final (not 1xx) block is complete
  virtual void on_body(Exchange&, std::string_view) {}  // bytes as they come, transfer coding removed
  virtual void on_end(Exchange&) {}                     // complete, failed or cancelled; the last call
};

class HttpClient {
 public:
  // All references must outlive the client. libcurl is initialised by the first client that sends a request.
  HttpClient(EventLoop& loop, Trace& trace, ConnectionOptions options, HttpBounds bounds = {});
  ~HttpClient();  // gives up what is still running; no observer is called any more
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Starts an exchange and returns its record in the trace, already numbered. `prepare` may fill in the record's
  // session, revision, purpose and message first. A request that cannot be sent ends with FailureKind::local at the
  // next turn.
  Exchange& start(HttpRequest request, HttpObserver& observer, const std::function<void(Exchange&)>& prepare = {});

  // Ends an exchange now: its connection is closed. on_end follows at the next turn. Does nothing if it is over.
  void cancel(std::size_t exchange, FailureKind kind, std::string why);
  // As cancel, but it is no failure: we close a stream that we no longer need.
  void close(std::size_t exchange);
  // As close, at once, and without a further call of the observer, which may then go away.
  void abandon(std::size_t exchange);
  // Moves the moment by which the exchange must be over (kNever = none).
  void set_deadline(std::size_t exchange, Micros deadline);
  bool running(std::size_t exchange) const;
  bool sent(std::size_t exchange) const;  // the head of the request went out, or the exchange is over
  std::size_t running_count() const;

  const HttpBounds& bounds() const;
  Trace& trace();
  EventLoop& loop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Puts the observer of an exchange that was started where it lives. If there is no memory for that, the exchange ends.
template <class Map, class Observer>
void keep_observer(HttpClient& http, Map& observers, std::size_t exchange, Observer observer) {
  try {
    observers.emplace(exchange, std::move(observer));
  } catch (...) {
    http.abandon(exchange);
    throw;
  }
}

std::string http_library_version();  // "libcurl/7.88.1 OpenSSL/3.0.17"

}  // namespace mcplumb
