// Words on a screen: colours, wrapped paragraphs.
#pragma once

#include <string>
#include <string_view>

#include "conformance/run.hpp"

namespace mcplumb {

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

// `text` broken at spaces so that no line is longer than `width`; later lines start with `indent` spaces. The first
// line is taken to start at column `indent` already.
std::string wrapped(std::string_view text, std::size_t indent, int width);

}  // namespace mcplumb
