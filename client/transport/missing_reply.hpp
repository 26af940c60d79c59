// Says in one sentence why an exchange brought no usable reply.
#pragma once

#include <string>

#include "client/trace.hpp"

namespace mcplumb {

// For an exchange that ended without a usable reply, whether a session was at work or not.
std::string describe_missing_reply(const Trace& trace, const Exchange& exchange);

// Of the last message since then that came on this exchange and could not be read: "an event's data is not acceptable
// JSON: …"; empty if there is none.
std::string describe_unreadable(const Trace& trace, const Exchange& exchange, Micros since);

}  // namespace mcplumb
