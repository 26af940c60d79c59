// Which tools, resources and prompts may be called.
#pragma once

#include <string>
#include <string_view>

#include "conformance/engine/exercise_options.hpp"

namespace mcplumb {

// Why what has this name is not to be called, in a few words; empty: it may be. `is_safe`: it says that it only reads.
std::string why_not_allowed(const ToolSelection& selection, std::string_view name, bool is_safe);

}  // namespace mcplumb
