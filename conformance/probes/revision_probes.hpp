// Which protocol revisions a server speaks, beside the one that is judged: each is opened, and one list is read.
#pragma once

#include "conformance/engine/need_probes.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// The handshake revisions other than that of `first`, newest first; none in the stateless era, which has one. What is
// sent is ordinary traffic of its revision, and judged as such. `at_once` are looked at side by side. Stops early once
// the loop was stopped.
std::vector<RevisionLook> look_at_revisions(SessionPool& sessions, const OpenSession& first, HttpClient& http,
                                            const RunOptions& options, std::size_t at_once);

// Those that went wrong while other things were asked, too, once more.
void look_again(std::vector<RevisionLook>& looks, SessionPool& sessions, HttpClient& http, const RunOptions& options);

// After a refused initialize: the older handshake revisions until one is spoken, newest first. No rule judges what is
// sent.
std::vector<RevisionLook> look_for_revision(SessionPool& sessions, HttpClient& http, const RunOptions& options);

}  // namespace mcplumb
