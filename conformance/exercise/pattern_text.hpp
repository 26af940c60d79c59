// A text that a regular expression of JSON Schema matches, for the simple ones that schemas have.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mcplumb {

// Literals, classes, groups, alternatives, quantifiers and anchors are understood; the first alternative is taken, and
// of each quantifier the least number, but one of what may be left out. Absent: something else stands in it. What comes
// is a try: whoever needs it to match has to look whether it does.
std::optional<std::string> text_for_pattern(std::string_view expression);

}  // namespace mcplumb
