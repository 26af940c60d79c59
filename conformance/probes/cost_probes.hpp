// What a server that we started pays for each session and each request: memory, descriptors, threads, processes, time,
// and the size of an answer. Bounded in number and time (growth.hpp). The requests are many and alike, and none of them
// is in the trace of the run.
#pragma once

#include "client/session/session.hpp"
#include "conformance/engine/options.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// Over Streamable HTTP: sessions that are ended, requests, and sessions that nobody ends; these are ended when it is
// over. Where there are no sessions (revision 2026-07-28), requests alone. `group` is the program's
// (process_usage.hpp).
void probe_costs_over_http(Run& run, EventLoop& loop, const RunOptions& options, const std::string& revision,
                           long group);
// Over any other transport: requests within this session.
void probe_costs_in_session(Run& run, EventLoop& loop, const RunOptions& options, Session& session, long group);

}  // namespace mcplumb
