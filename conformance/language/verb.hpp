// The verbs of steps. Whatever is to be known of a verb before it runs is in its row.
#pragma once

#include <optional>
#include <string_view>

#include "conformance/language/check.hpp"
#include "conformance/language/suggestion.hpp"
#include "conformance/language/view_paths.hpp"

namespace mcplumb {

Words verb_words();  // in the order of Verb
std::string_view word_of(Verb verb);
Words argument_keys(Verb verb);  // of the map under the verb; empty for verbs without a map
std::string_view main_argument(
    Verb verb);  // what a bare text under the verb is: `request: tools/list`; empty = nothing
std::optional<View> view_after(
    Verb verb);  // what its expectations look into; absent = there is nothing to expect of it
bool takes(Verb verb, std::string_view modifier);

}  // namespace mcplumb
