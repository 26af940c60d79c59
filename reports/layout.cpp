#include "reports/layout.hpp"

#include <algorithm>

#include "client/text/printable.hpp"
#include "client/text/utf8.hpp"

namespace mcplumb {
namespace {

// The first character of a text as its bytes and as it is shown.
struct Character {
  std::string_view bytes;
  std::string shown;
};

Character first_character(std::string_view text) {
  const CodePoint one = first_code_point(text);
  return {one.bytes, printable_on_line(one)};
}

// Takes from `text` what fits into `width` columns.
std::string take(std::string_view& text, std::size_t width) {
  std::string out;
  for (std::size_t used = 0; !text.empty();) {
    const Character next = first_character(text);
    used += columns(next.shown);
    if (used > width) break;
    out += next.shown;
    text.remove_prefix(next.bytes.size());
  }
  return out;
}

}  // namespace

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string padded(std::string text, std::size_t width) {
  text.append(width - std::min(width, columns(text)), ' ');
  return text;
}

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
  std::string_view rest = text;
  std::string whole = take(rest, width);
  if (rest.empty()) return whole;
  const std::size_t note = columns("… " + std::to_string(columns(text)) + " more");
  rest = text;
  const std::string shown = take(rest, width - std::min(note, width));
  return shown + "… " + std::to_string(columns(rest)) + " more";
}

std::vector<std::string> folded(std::string_view text, std::size_t width, std::size_t rows) {
  std::vector<std::string> lines;
  while (lines.size() + 1 < rows && columns(text) > width) lines.push_back(take(text, width));
  lines.push_back(fitted(text, width));
  return lines;
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
      while (out.ends_with(' ')) out.pop_back();
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
