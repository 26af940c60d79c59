// A PCRE2 regular expression in UTF mode, unanchored. Matching has a bound, so that no server text can make it run for
// long.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "client/result.hpp"

namespace mcplumb {

class Pattern {
 public:
  enum class Match { yes, no, gave_up };

  // The error says what is wrong with the expression and at which character.
  [[nodiscard]] static Result<Pattern> compile(const std::string& expression);
  // Text that is not UTF-8 is searched around its broken bytes.
  Match search(std::string_view text) const;

 private:
  struct Free {
    void operator()(void* code) const;
  };
  std::unique_ptr<void, Free> code_;  // pcre2_code
};

}  // namespace mcplumb
