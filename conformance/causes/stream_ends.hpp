// How a stream ended: cut after a silence, or after a time that somebody allows for a whole reply.
#pragma once

#include "conformance/causes/run_index.hpp"

namespace mcplumb {

// How long nothing had come when the stream ended. It must have had its headers, and be over.
Micros silence_before_end(const Exchange& stream);

// A whole number of seconds, as people write them into configurations; timers fire late rather than early.
bool is_round_time(Micros span);

// The stream ended without what it was opened for: no last chunk, or no response to a request.
bool ended_too_early(const Exchange& stream);

// A stream for a request ended too early after a silence that looks like a read timeout: of a round number of seconds,
// or with a proxy's name in the reply.
bool is_cut_by_read_timeout(const Exchange& stream);

}  // namespace mcplumb
