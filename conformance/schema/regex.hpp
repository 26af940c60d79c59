// Regular expressions of JSON Schema: ECMA-262 as far as PCRE2 can be told to speak it. Unanchored, in UTF mode.
#pragma once

#include <string>
#include <string_view>

#include "conformance/schema/pcre.hpp"

namespace mcplumb::schema {

class Regex {
 public:
  using Match = Pcre::Match;
  // The error says what is wrong with the expression.
  [[nodiscard]] static Result<Regex> compile(const std::string& expression);
  Match search(std::string_view text) const { return pcre_.search(text); }

 private:
  explicit Regex(Pcre pcre) : pcre_(std::move(pcre)) {}
  Pcre pcre_;
};

}  // namespace mcplumb::schema
