// A command of this program that repeats a call of a tool and the like, ready to paste into a shell.
#pragma once

#include <string>

#include "conformance/record/run.hpp"

namespace mcplumb {

// mcplumb call TARGET TOOL '{…}'; with --no-validate where the arguments do not fit the tool's schema.
std::string call_line(const Run& run, const std::string& tool, const nlohmann::json& arguments, bool fits);
// mcplumb read TARGET URI, or mcplumb prompt TARGET NAME key=text; by the params of the request.
std::string offer_line(const Run& run, const nlohmann::json& params);

}  // namespace mcplumb
