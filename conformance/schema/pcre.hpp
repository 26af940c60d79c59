// A compiled PCRE2 expression, searched for with a bound, so that no expression and no text can make it run for long.
// What the two dialects of the tool, Pattern and schema::Regex, are made of.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "client/result.hpp"

namespace mcplumb {

class Pcre {
 public:
  enum class Match { yes, no, gave_up };
  // `options` are PCRE2's. The error says what is wrong, and in `where` the character it is wrong at, from 1.
  [[nodiscard]] static Result<Pcre> compile(const std::string& expression, std::uint32_t options);
  Match search(std::string_view text) const;

 private:
  struct Free {
    void operator()(void* code) const;
  };
  std::unique_ptr<void, Free> code_;  // pcre2_code
};

}  // namespace mcplumb
