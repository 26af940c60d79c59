// One predicate for each rule: looks at a run and says whether the rule's cause explains it. Pure.
#pragma once

#include <optional>

#include "conformance/causes/wire.hpp"

namespace mcplumb {

using Found = std::optional<Diagnosis>;

// rules_server.cpp: the server's life
Found not_started(const Wire& wire);    // R-START
Found lifespan(const Wire& wire);       // R-LIFESPAN
Found poisoned(const Wire& wire);       // R-POISONED
Found starved(const Wire& wire);        // R-STARVED
Found session_lost(const Wire& wire);   // R-SESSION
Found only_first(const Wire& wire);     // R-SECOND
Found hangs_on_term(const Wire& wire);  // R-HANG
Found spins(const Wire& wire);          // R-SPIN
Found log_noise(const Wire& wire);      // R-NOISE

// rules_http.cpp: where the endpoint is, and who answers there
Found host_refused(const Wire& wire);     // R-HOST
Found endpoint_url(const Wire& wire);     // R-ENDPOINT
Found other_transport(const Wire& wire);  // R-TRANSPORT
Found other_path(const Wire& wire);       // R-PATH
Found redirected(const Wire& wire);       // R-REDIRECT
Found gateway_page(const Wire& wire);     // R-GATEWAY
Found body_consumed(const Wire& wire);    // R-BODY
Found limit(const Wire& wire);            // R-LIMIT
Found schema(const Wire& wire);           // R-SCHEMA

// rules_stream.cpp: how streams come
Found cut(const Wire& wire);                 // R-CUT
Found buffered(const Wire& wire);            // R-BUFFERED
Found headers_late(const Wire& wire);        // R-HEADERS-LATE
Found no_progress(const Wire& wire);         // R-NO-PROGRESS
Found primed_too_early(const Wire& wire);    // R-PRIMING
Found accepted_into_void(const Wire& wire);  // R-VOID
Found idle_cut(const Wire& wire);            // R-IDLE-CUT
Found silent(const Wire& wire);              // R-SILENT

}  // namespace mcplumb
