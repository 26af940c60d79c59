// Names that speak of secrets: of fields, parameters and arguments.
#pragma once

#include <string_view>

namespace mcplumb {

// Any spelling counts: "apiKey", "API key", "api_key". A name proves nothing.
bool asks_for_a_secret(std::string_view text);

}  // namespace mcplumb
