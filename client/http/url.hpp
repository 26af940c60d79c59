// URLs, by libcurl's parser.
#pragma once

#include <string>
#include <string_view>

namespace mcplumb {

// `reference` against `base`, absolute (RFC 3986 section 5); empty if that makes no http or https URL.
std::string resolve_url(const std::string& base, std::string_view reference);

}  // namespace mcplumb
