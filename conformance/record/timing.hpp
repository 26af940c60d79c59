// What moments of arrival tell, and whether this machine ran well enough to say so. For checks and for causes.
#pragma once

#include <optional>
#include <vector>

#include "client/trace.hpp"

namespace mcplumb {

// The longest time within the span in which this program did not run.
Micros longest_stall(const std::vector<Stall>& stalls, Micros from, Micros to);
inline Micros longest_stall(const Trace& trace, Micros from, Micros to) {
  return longest_stall(trace.stalls, from, to);
}
// What came in this span may have come otherwise than it was seen.
bool is_too_busy(const Trace& trace, Micros from, Micros to);

// By number of an exchange: another request was under way at the same time. What took long may have waited for it.
std::vector<bool> sent_beside_others(const Trace& trace);

// Median span from a request to its response, of requests that were not wrong on purpose and called no tool. Absent:
// there were fewer than two.
std::optional<Micros> median_latency(const Trace& trace);

// A call that sent progress for a while: the only traffic whose events are known to have been spread in time.
struct ProgressSample {
  const Exchange* call = nullptr;
  std::size_t events = 0;
  Micros whole = 0;    // from the request to its response
  Micros spread = 0;   // from the first event to the last
  Micros to_end = 0;   // from the first event to the response
  Micros headers = 0;  // from the request to the reply's headers
  bool busy = false;   // this program was too late to tell
  // Its events, or its headers, came all together, at its end.
  bool in_a_burst() const;
  bool headers_at_end() const;
};
// Calls of at least 250 ms over event streams, also those that diagnosis repeated.
std::vector<ProgressSample> progress_samples(const Trace& trace);

enum class HeldBack { unknown, no, yes, too_busy };
// One call may be unlucky: it takes two that agree, none that does not, and a machine that had time for both.
HeldBack are_held_back(const std::vector<ProgressSample>& samples, bool (ProgressSample::*late)() const);

}  // namespace mcplumb
