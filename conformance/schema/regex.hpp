// Regular expressions of JSON Schema: ECMA-262 as far as PCRE2 can be told to speak it. Unanchored, in UTF mode, and
// with a bound, so that no expression and no text can make matching run for long.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "client/result.hpp"

namespace mcplumb::schema {

class Regex {
 public:
  enum class Match { yes, no, gave_up };
  // The error says what is wrong with the expression and at which character.
  [[nodiscard]] static Result<Regex> compile(const std::string& expression);
  Match search(std::string_view text) const;

 private:
  struct Free {
    void operator()(void* code) const;
  };
  std::unique_ptr<void, Free> code_;  // pcre2_code
};

}  // namespace mcplumb::schema
