// Values of HTTP header fields that the tool reads.
#pragma once

#include <string>
#include <string_view>

namespace mcplumb {

// ASCII letters in lower case, all other bytes as they are: what field names, schemes and hosts are compared by.
std::string lower_case(std::string_view text);

// "Text/Event-Stream; charset=utf-8" -> "text/event-stream" (RFC 9110 section 8.3.1: type and subtype ignore case).
std::string media_type(std::string_view content_type);

}  // namespace mcplumb
