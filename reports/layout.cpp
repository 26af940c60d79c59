#include "reports/layout.hpp"

#include <algorithm>

namespace mcplumb {

std::string Paint::wrap(const char* code, std::string_view text) const {
  if (!on_) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

std::string Paint::verdict(Verdict verdict, std::string_view text) const {
  switch (verdict) {
    case Verdict::pass:
      return wrap("32", text);
    case Verdict::fail:
      return wrap("1;31", text);
    case Verdict::warn:
      return wrap("33", text);
    case Verdict::inconclusive:
      return wrap("35", text);
    case Verdict::note:
      return wrap("36", text);
    case Verdict::skip:
      return wrap("2", text);
  }
  return std::string(text);
}

std::string wrapped(std::string_view text, std::size_t indent, int width) {
  const std::size_t room =
      std::max<std::size_t>(20, static_cast<std::size_t>(std::max(width, 20)) - std::min<std::size_t>(indent, 60));
  std::string out;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    std::size_t length = 0;  // in characters, not bytes
    for (const char c : word) length += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
    if (column > 0 && column + 1 + length > room) {
      out += "\n" + std::string(indent, ' ');
      column = 0;
    }
    if (column > 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += length;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace mcplumb
