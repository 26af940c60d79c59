#include "reports/layout.hpp"

#include <algorithm>
#include <vector>

#include "conformance/script/diagnostic.hpp"

namespace mcplumb {
namespace {

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// The characters of a text, each escaped if it does not print.
std::vector<std::string> characters(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    const std::string_view one = text.substr(0, std::max<std::size_t>(utf8_length(text), 1));
    all.push_back(one == "\n" ? "\\n" : one == "\t" ? "\\t" : one == "\r" ? "\\r" : printable(one));
    text.remove_prefix(one.size());
  }
  return all;
}

}  // namespace

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

std::string fitted(std::string_view text, std::size_t width) {
  // Enough to fill the line; the rest is counted without being looked at.
  constexpr std::size_t kLongestCharacter = 4;
  std::size_t end = std::min(text.size(), (width + 1) * kLongestCharacter);
  while (end > width && end < text.size() && columns(text.substr(end, 1)) == 0) --end;
  const std::string_view start = text.substr(0, end);
  const std::vector<std::string> all = characters(start);
  std::vector<std::size_t> ends;  // column after each character
  for (const std::string& one : all) ends.push_back((ends.empty() ? 0 : ends.back()) + columns(one));
  if (start.size() == text.size() && (ends.empty() || ends.back() <= width)) {
    std::string out;
    for (const std::string& one : all) out += one;
    return out;
  }
  const std::size_t total = all.size() + columns(text.substr(start.size()));
  const std::size_t note = columns("… " + std::to_string(total) + " more");
  std::string out;
  std::size_t shown = 0;
  while (shown < all.size() && ends[shown] + note <= width) out += all[shown++];
  return out + "… " + std::to_string(total - shown) + " more";
}

std::string wrapped(std::string_view raw, std::size_t indent, int width) {
  std::string line(raw);
  std::replace(line.begin(), line.end(), '\n', ' ');
  while (line.ends_with(' ')) line.pop_back();
  const std::string safe = printable(line);
  std::string_view text = safe;
  const std::size_t room =
      std::max<std::size_t>(20, static_cast<std::size_t>(std::max(width, 20)) - std::min<std::size_t>(indent, 60));
  std::string out;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    const std::size_t length = columns(word);
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
