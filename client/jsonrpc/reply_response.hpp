// The JSON-RPC response that an HTTP reply brought.
#pragma once

#include <nlohmann/json.hpp>

#include "client/trace.hpp"

namespace mcplumb {

// A JSON body, or the data of the first event that is a response; null if there is neither.
nlohmann::json response_in_reply(const Exchange& exchange);

}  // namespace mcplumb
