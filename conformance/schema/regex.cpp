#define PCRE2_CODE_UNIT_WIDTH 8
#include "conformance/schema/regex.hpp"

#include <pcre2.h>

#include <array>

namespace mcplumb::schema {
namespace {

constexpr std::size_t kLongest = 64 * 1024;

struct Name {
  std::string_view ecma, pcre;
};
// ECMA-262 knows Unicode properties by long names, PCRE2 by short ones.
constexpr std::array<Name, 20> kProperties = {{{"Letter", "L"},
                                               {"Uppercase_Letter", "Lu"},
                                               {"Lowercase_Letter", "Ll"},
                                               {"Titlecase_Letter", "Lt"},
                                               {"Modifier_Letter", "Lm"},
                                               {"Other_Letter", "Lo"},
                                               {"Mark", "M"},
                                               {"Number", "N"},
                                               {"Decimal_Number", "Nd"},
                                               {"digit", "Nd"},
                                               {"Letter_Number", "Nl"},
                                               {"Other_Number", "No"},
                                               {"Punctuation", "P"},
                                               {"punct", "P"},
                                               {"Symbol", "S"},
                                               {"Currency_Symbol", "Sc"},
                                               {"Math_Symbol", "Sm"},
                                               {"Separator", "Z"},
                                               {"Space_Separator", "Zs"},
                                               {"Other", "C"}}};

std::string pcre_property(std::string_view name) {
  for (const std::string_view prefix : {"General_Category=", "gc=", "Script=", "sc=", "Script_Extensions=", "scx="})
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  for (const Name& known : kProperties)
    if (known.ecma == name) return std::string(known.pcre);
  return std::string(name);
}

// What ECMA-262 writes differently: property names, \s with all Unicode spaces, \d and \w for ASCII only (which PCRE2
// means too), and a bare `\/`.
std::string translated(std::string_view in) {
  // U+FEFF, U+2028 and U+2029 besides what PCRE2 takes for a space; as characters, because ALT_BSUX has no \\x{…}
  static const std::string kSpaces = "\\s\\p{Zs}\xef\xbb\xbf\xe2\x80\xa8\xe2\x80\xa9";
  std::string out;
  bool in_class = false;
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (in[i] == '[') in_class = true;
    if (in[i] == ']') in_class = false;
    if (in[i] != '\\' || i + 1 == in.size()) {
      out += in[i];
      continue;
    }
    const char next = in[++i];
    const std::size_t close = in.find('}', i);
    if ((next == 'p' || next == 'P') && i + 1 < in.size() && in[i + 1] == '{' && close != in.npos) {
      out += std::string("\\") + next + "{" + pcre_property(in.substr(i + 2, close - i - 2)) + "}";
      i = close;
    } else if (next == 's') {
      out += in_class ? kSpaces : "[" + kSpaces + "]";
    } else if (next == 'S' && !in_class) {
      out += "[^" + kSpaces + "]";
    } else {
      out += std::string("\\") + next;
    }
  }
  return out;
}

}  // namespace

Result<Regex> Regex::compile(const std::string& expression) {
  if (expression.size() > kLongest) return failure("a regular expression of more than 64 KiB");
  constexpr std::uint32_t kOptions = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_ALT_BSUX | PCRE2_DOLLAR_ENDONLY |
                                     PCRE2_MATCH_UNSET_BACKREF | PCRE2_ALLOW_EMPTY_CLASS | PCRE2_NEVER_BACKSLASH_C;
  Result<Pcre> pcre = Pcre::compile(translated(expression), kOptions);
  if (!pcre) return failure(pcre.error().what);
  return Regex(std::move(*pcre));
}

}  // namespace mcplumb::schema
