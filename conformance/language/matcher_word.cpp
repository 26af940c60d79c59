#include "conformance/language/matcher_word.hpp"

#include <algorithm>
#include <array>

namespace mcplumb {
namespace {

constexpr std::array kRows = {&kWordEquals,     &kWordNot,      &kWordAnyOf,     &kWordAllOf,        &kWordOneOf,
                              &kWordType,       &kWordAbsent,   &kWordPresent,   &kWordMatches,      &kWordContains,
                              &kWordStartsWith, &kWordEndsWith, &kWordExpandsTo, &kWordMin,          &kWordMax,
                              &kWordAbove,      &kWordBelow,    &kWordSize,      &kWordEach,         &kWordSome,
                              &kWordNone,       &kWordUnique,   &kWordHas,       &kWordFields,       &kWordMediaType,
                              &kWordSameAs,     &kWordShape,    &kWordFormat,    &kWordMatchesSchema};

}  // namespace

const MatcherWord* matcher_word(std::string_view name) {
  const auto found =
      std::find_if(kRows.begin(), kRows.end(), [&](const MatcherWord* row) { return row->name == name; });
  return found == kRows.end() ? nullptr : *found;
}

Words matcher_words() {
  static const auto names = [] {
    std::array<std::string_view, kRows.size()> list;
    std::transform(kRows.begin(), kRows.end(), list.begin(), [](const MatcherWord* row) { return row->name; });
    return list;
  }();
  return names;
}

}  // namespace mcplumb
