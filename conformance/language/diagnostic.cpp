#include "conformance/language/diagnostic.hpp"

#include <algorithm>

namespace mcplumb {
namespace {

constexpr std::size_t kShownColumns = 100;

bool is_continuation(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

char32_t decode(std::string_view text, std::size_t length) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (length == 1) return first;
  char32_t point = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  return point;
}

// Characters that move the cursor or change what the reader sees around them.
bool is_unprintable(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x200E || point == 0x200F ||
         (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

std::string escaped_bytes(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string escaped;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    escaped += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
  }
  return escaped;
}

// One string a code point, fit to print; what does not print is as wide as its escape.
std::vector<std::string> cells(std::string_view text) {
  std::vector<std::string> shown;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view bytes = text.substr(0, std::max<std::size_t>(length, 1));
    shown.push_back(length == 0 || is_unprintable(decode(text, length)) ? escaped_bytes(bytes) : std::string(bytes));
    text.remove_prefix(bytes.size());
  }
  return shown;
}

std::size_t width(const std::string& cell) { return cell.size() > 1 && cell[0] == '\\' ? cell.size() : 1; }

std::size_t byte_offset(std::string_view line, int column) {
  std::size_t at = 0;
  for (int i = 1; i < column && at < line.size(); ++i) {
    at += std::max<std::size_t>(utf8_length(line.substr(at)), 1);
  }
  return at;
}

std::string_view without_indent(std::string_view line, int columns) {
  int removed = 0;
  while (removed < columns && !line.empty() && line[0] == ' ') {
    line.remove_prefix(1);
    ++removed;
  }
  return line;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xC2 ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text, i)) return 0;
  }
  if (length < 3) return length;
  const char32_t point = decode(text, length);
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  const bool overlong = point < (length == 3 ? 0x800U : 0x10000U);
  return surrogate || overlong || point > 0x10FFFF ? 0 : length;
}

SourceText::SourceText(std::string file, std::string_view text) : file_(std::move(file)) {
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\r\n");
    lines_.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return;
    const bool pair = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
    text.remove_prefix(end + (pair ? 2 : 1));
  }
}

std::string_view SourceText::line(int number) const {
  const auto index = static_cast<std::size_t>(number) - 1;
  return number >= 1 && index < lines_.size() ? lines_[index] : std::string_view{};
}

Diagnostic SourceText::at(int number, int column, std::string message) const {
  return {file_, number, column, std::move(message), std::string(line(number))};
}

std::string SourceText::between(int first, int column, int end_line, int end_column) const {
  std::string text;
  for (int number = first; number <= end_line; ++number) {
    std::string_view part = line(number);
    if (number == end_line) part = part.substr(0, byte_offset(part, end_column));
    if (number == first) {
      part.remove_prefix(std::min(part.size(), byte_offset(part, column)));
    } else {
      part = without_indent(part, column - 1);
    }
    text += part;
    text += '\n';
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text + '\n';
}

std::string printable(std::string_view text) {
  std::string shown;
  for (const std::string& cell : cells(text)) shown += cell;
  return shown;
}

std::string render(const Diagnostic& diagnostic) {
  std::string spaced = diagnostic.source_line;
  std::replace(spaced.begin(), spaced.end(), '\t', ' ');
  const std::vector<std::string> line = cells(spaced);
  const auto caret = std::min(static_cast<std::size_t>(std::max(diagnostic.column, 1)) - 1, line.size());
  const std::size_t first = caret > kShownColumns * 3 / 4 ? caret - kShownColumns / 2 : 0;
  const std::size_t end = std::min(line.size(), first + kShownColumns);

  std::string shown = first > 0 ? "…" : "";
  std::size_t indent = shown.empty() ? 0 : 1;
  for (std::size_t i = first; i < end; ++i) {
    shown += line[i];
    if (i < caret) indent += width(line[i]);
  }
  if (end < line.size()) shown += "…";
  return printable(diagnostic.file) + ":" + std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column) +
         ": error: " + printable(diagnostic.message) + "\n  " + shown + "\n  " + std::string(indent, ' ') + "^\n";
}

}  // namespace mcplumb
