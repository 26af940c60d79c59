// What a request that opened no session says about the protocol revision that it asked for.
#pragma once

#include "conformance/record/run.hpp"

namespace mcplumb {

// Whether the server itself refused it. A server error, a reply of another layer, a deadline or a broken message do not
// say that the revision is not spoken.
RevisionLook::Found found_of_refusal(const Exchange& asked);

}  // namespace mcplumb
