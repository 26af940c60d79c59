// Which tools, resources and prompts may be called.
#pragma once

#include <string>
#include <string_view>

#include "conformance/engine/exercise_options.hpp"
#include "conformance/record/exercise.hpp"

namespace mcplumb {

// Why what has this name is not to be called, in a few words; empty: it may be. `is_safe`: it says that it only reads.
std::string why_not_allowed(const ToolSelection& selection, std::string_view name, bool is_safe);

// The use of what is listed under a name, or a URI, with why it is left out. One that is too long to be kept, and sent
// with each call, is cut, which is a bound of ours.
ToolUse use_of(const ToolSelection& selection, std::string_view name, bool is_safe);

}  // namespace mcplumb
