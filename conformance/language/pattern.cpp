#define PCRE2_CODE_UNIT_WIDTH 8
#include "conformance/language/pattern.hpp"

#include <pcre2.h>

namespace mcplumb {

Result<Pattern> Pattern::compile(const std::string& expression) {
  constexpr std::uint32_t kOptions =
      PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
  Result<Pcre> pcre = Pcre::compile(expression, kOptions);
  if (!pcre) return failure(pcre.error().what + " (at character " + pcre.error().where + ")");
  return Pattern(std::move(*pcre));
}

}  // namespace mcplumb
