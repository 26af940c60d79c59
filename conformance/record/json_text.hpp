// JSON that leaves the program, in a file or on a terminal.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace mcplumb {

// Indented by so many blanks, with a line feed at its end. What could act on a terminal is written as \u escapes, bytes
// that are no UTF-8 become U+FFFD.
std::string json_text(const nlohmann::json& value, int indent = 1);

}  // namespace mcplumb
