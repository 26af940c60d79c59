// Calls the tools that the user allows, with arguments made from their schemas, and looks at what comes.
#pragma once

#include "conformance/exercise/tool_caller.hpp"
#include "conformance/record/exercise.hpp"

namespace mcplumb {

// Tool after tool, in the order of `tools`, the list as it came: calls with arguments that fit, the same again, several
// at once, calls with arguments that do not fit; then whether sessions, lists and the program are as before. Each has
// its share of the `calls` that may be made. Calls with arguments that fit are ordinary exchanges of the run, the
// others are marked deliberate. Ends early, with what it has, once the loop was stopped or no session can be had.
void exercise_tools(ToolCaller& caller, const RunOptions& options, const nlohmann::json& tools, std::size_t calls,
                    Exercise& exercise);

// The roles that tools were seen to play, first come first served, beside those that the user assigned.
void assign_roles(const Exercise& exercise, std::multimap<std::string, ToolRole>& roles);

}  // namespace mcplumb
