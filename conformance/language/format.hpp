// The formats of texts that the language knows (docs/suite-language.md#formats).
#pragma once

#include <string>
#include <string_view>

#include "conformance/language/suggestion.hpp"

namespace mcplumb {

Words format_words();
bool has_format(std::string_view text, std::string_view format);
std::string describe_format(const std::string& format);  // "a URI"

}  // namespace mcplumb
