// Text from a peer as it may be printed to a terminal.
#pragma once

#include <string>
#include <string_view>

#include "client/text/utf8.hpp"

namespace mcplumb {

// It moves the cursor, drives the terminal, or changes how the text around it looks, and is not seen itself: control
// characters (C0, DEL, C1), bidirectional controls, what has no width, and line and paragraph separators.
bool is_unprintable(char32_t point);

// The printable ASCII at the start of a text: most of it, and never in need of a closer look.
std::string_view plain_start(std::string_view text);

// A code point as it may be printed: what is unprintable as "\uNNNN", or "\xNN" in ASCII, and what is no UTF-8 as
// "\xNN" for each of its bytes.
std::string printable(const CodePoint& point);
std::string bytes_as_escapes(std::string_view bytes);  // "\xNN" for each

// The same for text on one line: line feeds, tabs and returns by their letters, as "\n".
std::string printable_on_line(const CodePoint& point);

// A text as it may be printed. Line feeds and tabs are escaped too.
std::string printable(std::string_view text);

}  // namespace mcplumb
