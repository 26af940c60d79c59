// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace mcplumb {

struct CodePoint {
  std::string_view bytes;  // of the text it was read from; a single byte if that is no UTF-8
  char32_t value = 0;      // means something if it is valid
  bool valid = false;
};

// The first code point of a text. Without bytes if the text is empty, so that a loop may end there.
CodePoint first_code_point(std::string_view text);

// Length of the UTF-8 sequence at the start of `text`; 0 if it is none.
std::size_t utf8_length(std::string_view text);

bool is_utf8(std::string_view bytes);

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
// Some editors begin a file with it.
inline std::string_view without_byte_order_mark(std::string_view text) {
  return text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
}

}  // namespace mcplumb
