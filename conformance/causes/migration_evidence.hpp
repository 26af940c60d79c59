// What of a finished run shows that a rule of the migration applies: one function for each kind of evidence. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/causes/run_index.hpp"

namespace mcplumb {

struct EvidenceLine {
  std::string text;
  const Exchange* exchange = nullptr;
};
using Evidence = std::vector<EvidenceLine>;

// The words of its rule are what each looks for. Empty = not seen.
namespace migration_evidence {
using Words = std::span<const std::string_view>;
Evidence discovery_not_answered(const RunIndex& index, Words);        // server/discover got no result
Evidence refused_without_session(const RunIndex& index, Words);       // the probe kAlone got no result
Evidence contradicting_headers_served(const RunIndex& index, Words);  // the probe kHeaders got one
Evidence methods_answered(const RunIndex& index, Words methods);      // with a result
Evidence requests_of_server(const RunIndex& index, Words methods);
Evidence errors_with_code(const RunIndex& index, Words codes);
Evidence capabilities_declared(const RunIndex& index, Words capabilities);  // as paths: "tools.listChanged"
Evidence results_without_type(const RunIndex& index, Words);
Evidence results_without_cache_hints(const RunIndex& index, Words methods);       // of these methods
Evidence errors_with_other_status(const RunIndex& index, Words code_and_status);  // over HTTP
Evidence unknown_revision_accepted(const RunIndex& index, Words code);    // in a header, and not refused with that code
Evidence streams_without_buffering_header(const RunIndex& index, Words);  // X-Accel-Buffering: no
Evidence session_ids(const RunIndex& index, Words);  // ids that were issued, DELETE that was obeyed
Evidence get_streams(const RunIndex& index, Words);
Evidence event_ids(const RunIndex& index, Words);
Evidence remote_references(const RunIndex& index, Words);  // in schemas of tools
Evidence transport_spoken(const RunIndex& index, Words kinds);
Evidence notifications_elsewhere(const RunIndex& index, Words capabilities);  // GET stream, subscriptions
}  // namespace migration_evidence

}  // namespace mcplumb
