// Base64 as RFC 4648 section 4 has it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mcplumb {

std::string to_base64(std::string_view bytes);  // with padding
// Nothing if a character is not of the alphabet. Padding may be left out.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace mcplumb
