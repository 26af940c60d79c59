// Text that is not UTF-8, as JSON has to be (RFC 8259 section 8.1): what it seems to be instead.
#pragma once

#include <string>
#include <string_view>

namespace mcplumb {

// By its byte order mark, or because of plain text every other byte is 0 (three of four).
bool is_utf16(std::string_view text);
bool is_utf32(std::string_view text);

// The bytes that are no UTF-8, each as U+FFFD.
std::string readable(std::string_view text);
// "byte 0xE9 at position 40": the first that is no UTF-8; empty if there is none. A character that the end of the text
// breaks off is none.
std::string first_beyond_utf8(std::string_view text);
std::string hex_byte(char byte);  // "0xE9"

}  // namespace mcplumb
