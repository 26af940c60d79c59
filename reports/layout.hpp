// Words on a screen: colours, wrapped paragraphs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/record/run.hpp"

namespace mcplumb {

// The blocks under a finding: "      expected   ...".
inline constexpr std::size_t kIndent = 6, kLabel = 11;

class Paint {
 public:
  explicit Paint(bool on) : on_(on) {}
  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string dim(std::string_view text) const { return wrap("2", text); }
  std::string verdict(Verdict verdict, std::string_view text) const;

 private:
  std::string wrap(const char* code, std::string_view text) const;
  bool on_;
};

// One column a code point.
std::size_t columns(std::string_view text);
std::string padded(std::string text, std::size_t width);  // with spaces at its end

// Text of the server on one line of at most `width` columns: what does not print is escaped, what does not fit is left
// out and counted ("… 120 more"). One column a code point.
std::string fitted(std::string_view text, std::size_t width);

// The same over at most `rows` lines (at least one), broken anywhere.
std::vector<std::string> folded(std::string_view text, std::size_t width, std::size_t rows);

// What does not print is escaped, line feeds become spaces, and `text` is broken at spaces so that no line is longer
// than `width` unless a word is; later lines start with `indent` spaces. The first line is taken to start at column
// `indent` already. Colour goes around it, never into it.
std::string wrapped(std::string_view text, std::size_t indent, int width);

}  // namespace mcplumb
