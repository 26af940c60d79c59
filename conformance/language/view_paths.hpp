// What the paths of an expectation look into, and which roots each view has.
#pragma once

#include <string_view>

#include "conformance/language/suggestion.hpp"

namespace mcplumb {

enum class View { exchange, waited, pages, event, message, element };

Words path_roots(View view);  // none for an element: anything may stand in it
// The keys below a root that has a closed set of them ("timing"); empty for open ones ("result").
Words keys_below(std::string_view root);

}  // namespace mcplumb
