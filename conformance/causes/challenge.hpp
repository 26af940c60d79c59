// The challenge of a 401 (RFC 9110 section 11.6.1, RFC 9728 section 5.1).
#pragma once

#include <string>

#include "client/trace.hpp"

namespace mcplumb {

// A parameter of the challenge, without quotes; empty if it is absent. A name under which a gateway hides the header
// counts too.
std::string challenge_parameter(const Exchange& refused, std::string_view name);
inline std::string resource_metadata_of(const Exchange& refused) {
  return challenge_parameter(refused, "resource_metadata");
}

// The header that carries the challenge under another name, because a gateway renamed it; empty if none does.
std::string renamed_challenge(const Exchange& refused);

}  // namespace mcplumb
