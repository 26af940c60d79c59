// The regular expressions of the suite language: PCRE2 in UTF mode, unanchored.
#pragma once

#include <string>
#include <string_view>

#include "conformance/schema/pcre.hpp"

namespace mcplumb {

class Pattern {
 public:
  using Match = Pcre::Match;
  // The error says what is wrong with the expression and at which character.
  [[nodiscard]] static Result<Pattern> compile(const std::string& expression);
  // Text that is not UTF-8 is searched around its broken bytes.
  Match search(std::string_view text) const { return pcre_.search(text); }

 private:
  explicit Pattern(Pcre pcre) : pcre_(std::move(pcre)) {}
  Pcre pcre_;
};

}  // namespace mcplumb
