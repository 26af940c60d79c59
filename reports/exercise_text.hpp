// What came of calling tools with made arguments, for a person at a terminal.
#pragma once

#include <string>

#include "reports/layout.hpp"

namespace mcplumb {

// A line for each tool that was called, with what is wrong with it and the call that shows it. Without `all` the list
// is bounded. Empty: no tool was called, nor was asked to be.
std::string exercise_text(const Run& run, const Paint& paint, int width, bool all);

// What would be judged if tools might be called: "41 checks need a tool; 6 tools say that they only read: add --tools
// safe". Empty: there is nothing to say.
std::string exercise_hint(const Run& run);

}  // namespace mcplumb
