#include "client/text/printable.hpp"

#include <algorithm>
#include <iterator>

namespace mcplumb {
namespace {

struct PointRange {
  char32_t first, last;
};

constexpr PointRange kUnprintable[] = {
    {0x00, 0x1F},      // C0 controls
    {0x7F, 0x9F},      // DEL and C1 controls, which some terminals obey
    {0x061C, 0x061C},  // Arabic letter mark
    {0x200B, 0x200F},  // zero-width space and joiners, direction marks
    {0x2028, 0x202E},  // line and paragraph separators, direction embeddings and overrides
    {0x2060, 0x2064},  // word joiner and invisible operators
    {0x2066, 0x206F},  // direction isolates and deprecated format characters
    {0xFEFF, 0xFEFF},  // byte order mark
};

constexpr char kHex[] = "0123456789abcdef";

// "\u202e", as JSON and most languages write it and everybody looks it up. What can be unprintable has four digits.
std::string point_as_escape(char32_t point) {
  std::string escaped = "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) escaped += kHex[(point >> shift) & 15];
  return escaped;
}

}  // namespace

std::string bytes_as_escapes(std::string_view bytes) {
  std::string escaped;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    escaped += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
  }
  return escaped;
}

bool is_unprintable(char32_t point) {
  return std::any_of(std::begin(kUnprintable), std::end(kUnprintable),
                     [&](const PointRange& range) { return point >= range.first && point <= range.last; });
}

std::string_view plain_start(std::string_view text) {
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7F; };
  const auto end = std::find_if_not(text.begin(), text.end(), is_plain);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

std::string printable(const CodePoint& point) {
  if (point.valid && !is_unprintable(point.value)) return std::string(point.bytes);
  return point.valid && point.bytes.size() > 1 ? point_as_escape(point.value) : bytes_as_escapes(point.bytes);
}

std::string printable_on_line(const CodePoint& point) {
  if (point.bytes == "\n") return "\\n";
  if (point.bytes == "\t") return "\\t";
  return point.bytes == "\r" ? "\\r" : printable(point);
}

std::string printable(std::string_view text) {
  std::string shown;
  while (true) {
    const std::string_view plain = plain_start(text);
    shown += plain;
    text.remove_prefix(plain.size());
    if (text.empty()) return shown;
    const CodePoint next = first_code_point(text);
    shown += printable(next);
    text.remove_prefix(next.bytes.size());
  }
}

}  // namespace mcplumb
