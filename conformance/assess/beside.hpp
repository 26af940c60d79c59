// Which checks may run beside others, and which must have the server to themselves.
#pragma once

#include <vector>

#include "client/time.hpp"
#include "conformance/engine/options.hpp"
#include "conformance/language/check.hpp"

namespace mcplumb {

// A check is alone if it judges times or a run as a whole, waits for an idle window, sends something large, calls a
// tool whose work others feel, or belongs to a user's suite, whose order may matter; or if it says so (`alone: true`).
bool runs_alone(const Check& check);

// Whether whole runs of these suites may go on side by side: no tool is called whose work others could feel, and no
// check of a user's suite is there that has to be alone.
bool may_repeat_beside(const std::vector<Suite>& suites, const RunOptions& options);

// About how long its steps take, if an answer takes `latency`: what takes longest is begun first.
Micros expected_span(const Check& check, Micros latency);

}  // namespace mcplumb
