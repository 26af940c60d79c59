// Asks a server with a handshake what only a migration wants to know. Nothing is called that the suite would not call;
// each request is marked deliberate, so that no check judges it.
#pragma once

#include "client/connect/session_pool.hpp"

namespace mcplumb {

// Sends the probes on an open session over Streamable HTTP; over other transports there are none. Runs the loop.
void send_migration_probes(OpenSession& session, EventLoop& loop, Micros deadline);

}  // namespace mcplumb
