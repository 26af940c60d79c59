// Whether the server, or what stands before it, still lets us ask: credentials that expire in the middle of a run,
// limits of the rate of requests, a server that fails from some moment on. What met them is not judged.
#pragma once

#include "conformance/engine/need_probes.hpp"
#include "conformance/engine/options.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

class AccessWatch {
 public:
  AccessWatch(HttpClient& http, NeedProbes& needs, const RunOptions& options)
      : http_(http), needs_(needs), options_(options) {}

  enum class Found {
    open,    // nothing stood in the way
    waited,  // the rate was limited, and the time that the limiter asked for has passed: what met it may be tried again
    closed,  // nothing more can be asked: see stop()
    gone,    // the same, and what was sent may have been the reason
  };
  // Looks at the exchanges from number `first` on.
  Found look(std::size_t first);
  // The first request was limited: waits as the limiter asks for, if that is not too long. True: it may be tried again.
  bool wait_for(const Exchange& limited);
  // What was sent after the handshake so far met nothing but server errors, and so do pings: then nothing can be
  // judged.
  void look_at_beginning();
  const std::optional<Stop>& stop() const { return stop_; }

 private:
  const Exchange* find(std::size_t first, bool (*is_one)(const Exchange&)) const;
  Found refused(const Exchange& exchange);
  Found failed(std::size_t first, const Exchange& failure);
  const Exchange& ping(OpenSession& session);
  const Exchange* last_of_failures();
  Found limited(const Exchange& exchange);

  HttpClient& http_;
  NeedProbes& needs_;
  const RunOptions& options_;
  Micros waited_ = 0;
  std::optional<Stop> stop_;
};

// What Retry-After asks for, in seconds (RFC 9110 section 10.2.3); a second if it is absent or a date.
Micros retry_after(const Exchange& exchange);

}  // namespace mcplumb
