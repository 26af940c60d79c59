// What calling tools with the same arguments came to, before and after (record/exercise.hpp).
#pragma once

#include "conformance/compare/change.hpp"
#include "conformance/record/exercise.hpp"

namespace mcplumb {

// Of each tool that was called in both: a kind of fault that is only in one of them, and calls that fail now and did
// not before. Ids are "tools.NAME.KIND", and "tools.NAME.fails".
Changes compare_exercises(const Exercise& before, const Exercise& after);

// Names of the tools that broke, to be called again before that is said.
std::vector<std::string> tools_that_broke(const Exercise& before, const Exercise& after);

}  // namespace mcplumb
