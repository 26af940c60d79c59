// The words of the matchers. Whatever is to be known of a word is in its row: how its argument is read, when it holds,
// and what it says in English. A row without one of them does not compile.
#pragma once

#include <string>
#include <string_view>

#include "conformance/language/check.hpp"
#include "conformance/language/node.hpp"
#include "conformance/language/suggestion.hpp"

namespace mcplumb {

class Evaluation;
class MatcherReader;
struct Subject;

// What a word makes of a path that leads nowhere.
enum class Absence { judged, refused };

struct MatcherWord {
  // The argument under the word into `clause`. `as_text`: of a header field, whose value is always text.
  using Read = void (*)(MatcherReader& reader, Clause& clause, const Node& value, bool as_text);
  // Adds to the evaluation what does not hold. There is a value, unless absence is judged.
  using Judge = void (*)(Evaluation& evaluation, const Clause& clause, const Subject& subject);
  // In plain English; matchers inside may be described `depth` deep.
  using Describe = std::string (*)(const Clause& clause, int depth);

  constexpr MatcherWord(std::string_view its_name, Absence its_absence, Read its_read, Judge its_judge,
                        Describe its_describe)
      : name(its_name), absence(its_absence), read(its_read), judge(its_judge), describe(its_describe) {}

  std::string_view name;
  Absence absence;
  Read read;
  Judge judge;
  Describe describe;
};

// nullptr if there is no such word.
const MatcherWord* matcher_word(std::string_view name);
Words matcher_words();  // their names

// The rows, by what their words look at. Each lies beside its functions, in a file of that name.
extern const MatcherWord kWordEquals, kWordOneOf, kWordType, kWordContains, kWordSameAs, kWordMatchesSchema;  // value
extern const MatcherWord kWordNot, kWordAnyOf, kWordAllOf, kWordAbsent, kWordPresent, kWordShape;             // logic
extern const MatcherWord kWordMatches, kWordStartsWith, kWordEndsWith, kWordExpandsTo, kWordMediaType,        // text
    kWordFormat;
extern const MatcherWord kWordMin, kWordMax, kWordAbove, kWordBelow;                                      // number
extern const MatcherWord kWordSize, kWordEach, kWordSome, kWordNone, kWordUnique, kWordHas, kWordFields;  // parts

}  // namespace mcplumb
