// What the parts of the step runner have in common. Private to it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "conformance/language/check.hpp"

namespace mcplumb {

// A member of a step's arguments; null if it is not there. Lives as long as the arguments.
const nlohmann::json& part(const nlohmann::json& arguments, const char* name);
// A string as it is, anything else as JSON.
std::string text_of(const nlohmann::json& value);
std::string place_of(const Step& step);  // file:line:column
std::string random_token();              // 16 hexadecimal digits

}  // namespace mcplumb
