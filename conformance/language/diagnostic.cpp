#include "conformance/language/diagnostic.hpp"

#include <algorithm>

#include "client/text/printable.hpp"
#include "client/text/utf8.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kStride = 64;
constexpr std::string_view kLineEnds = "\r\n";
constexpr std::size_t kShownColumns = 100;

// One string a code point, fit to print; what does not print is as wide as its escape.
std::vector<std::string> cells(std::string_view text) {
  std::vector<std::string> shown;
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    shown.push_back(printable(next));
    text.remove_prefix(next.bytes.size());
  }
  return shown;
}

std::size_t width(const std::string& cell) { return cell.size() > 1 && cell[0] == '\\' ? cell.size() : 1; }

std::size_t byte_offset(std::string_view line, int column) {
  std::size_t at = 0;
  for (int i = 1; i < column && at < line.size(); ++i) at += first_code_point(line.substr(at)).bytes.size();
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

SourceText::SourceText(std::string file, std::string_view text) : file_(std::move(file)), text_(text) {
  for (std::size_t start = 0; start < text.size(); start = behind_line(start))
    if (lines_++ % kStride == 0) marks_.push_back(start);
}

// Where the next line starts.
std::size_t SourceText::behind_line(std::size_t start) const {
  const std::size_t end = text_.find_first_of(kLineEnds, start);
  if (end == std::string_view::npos) return text_.size();
  const bool pair = text_[end] == '\r' && end + 1 < text_.size() && text_[end + 1] == '\n';
  return end + (pair ? 2 : 1);
}

std::string_view SourceText::line(int number) const {
  const auto index = static_cast<std::size_t>(number) - 1;
  if (number < 1 || index >= lines_) return {};
  std::size_t start = marks_[index / kStride];
  for (std::size_t i = 0; i < index % kStride; ++i) start = behind_line(start);
  return text_.substr(start, text_.find_first_of(kLineEnds, start) - start);
}

Diagnostic SourceText::at(int number, int column, std::string message) const {
  const int from = std::max(column - 1 - static_cast<int>(kShownColumns), 0);
  std::string_view around = line(number);
  around.remove_prefix(byte_offset(around, from + 1));
  around = around.substr(0, byte_offset(around, 2 * static_cast<int>(kShownColumns) + 2));
  return {file_, number, column, std::move(message), std::string(around), from};
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

std::string render(const Diagnostic& diagnostic) {
  std::string spaced = diagnostic.source_line;
  std::replace(spaced.begin(), spaced.end(), '\t', ' ');
  const std::vector<std::string> line = cells(spaced);
  const auto caret =
      std::min(static_cast<std::size_t>(std::max(diagnostic.column - diagnostic.left_out, 1)) - 1, line.size());
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
