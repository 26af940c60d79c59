// A command of this program that repeats a call of a tool, ready to paste into a shell.
#pragma once

#include <string>

#include "conformance/record/run.hpp"

namespace mcplumb {

// mcplumb call TARGET TOOL '{…}'; with --no-validate where the arguments do not fit the tool's schema.
std::string call_line(const Run& run, const std::string& tool, const nlohmann::json& arguments, bool fits);

}  // namespace mcplumb
