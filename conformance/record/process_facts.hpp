// What was measured on the process of a server that we started, beyond what is on the wire and in its log. Whoever
// starts the server fills it in; every fact is absent until it was measured. Diagnosis reads it.
#pragma once

#include <optional>

#include "client/trace.hpp"

namespace mcplumb {

// TERM was sent while a stream of ours was open and had been idle for a second. Sent at once, the known hang is flaky.
struct TermFacts {
  Micros waited = kNever;               // how long its end was waited for
  std::optional<bool> exited;           // within that time
  Micros exit_after = kNever;           // span from TERM to the end of the process
  std::optional<int> exit_code;         // negative: the signal that ended it
  std::optional<bool> stream_open;      // the stream was still open when the process ended, or the wait did
  std::optional<bool> last_chunk;       // the stream was ended properly, and not by closing the connection
  std::optional<bool> connect_refused;  // new connections were refused meanwhile
  std::optional<std::size_t> exchange;  // of the stream, in Run::trace, if it is there
  bool operator==(const TermFacts&) const = default;
};

struct ProcessFacts {
  Micros ready_after = kNever;        // span from its start to its first answer
  std::optional<double> idle_cpu;     // cores used while nothing was asked: 0.98
  Micros idle_window = kNever;        // for how long that was measured
  std::optional<double> stalled_cpu;  // cores used while a request of ours got no answer
  // The part of its log that was written while sessions were opened and dropped in masses, in bytes from the start.
  std::optional<std::size_t> costs_logged_from, costs_logged_to;
  std::optional<TermFacts> term;
  bool operator==(const ProcessFacts&) const = default;
};

}  // namespace mcplumb
