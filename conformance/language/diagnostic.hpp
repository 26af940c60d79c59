// A mistake in a suite file, and how it is shown to the person who made it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mcplumb {

struct Diagnostic {
  std::string file;
  int line = 0, column = 0;  // from 1; columns in code points
  std::string message;       // one sentence, no full stop
  std::string source_line;   // as it stands in the file, not escaped; of a long one what is around the column
  int left_out = 0;          // columns of the line before that
};

// A file's text with its lines, to make diagnostics from. The text must outlive it.
class SourceText {
 public:
  SourceText(std::string file, std::string_view text);
  const std::string& file() const { return file_; }
  std::string_view line(int number) const;  // without its end; empty if there is no such line
  Diagnostic at(int line, int column, std::string message) const;
  // The text from one place up to another, its later lines moved left as far as its first one stood to the right.
  std::string between(int line, int column, int end_line, int end_column) const;

 private:
  std::size_t behind_line(std::size_t start) const;

  std::string file_;
  std::string_view text_;
  std::vector<std::size_t> marks_;  // where each kStride-th line starts: a text may be nothing but ends of lines
  std::size_t lines_ = 0;
};

// "file:line:col: error: message", the source line and a caret below the column. Tabs are shown as one space, long
// lines are cut around the caret. Ends with a line feed.
std::string render(const Diagnostic& diagnostic);

}  // namespace mcplumb
