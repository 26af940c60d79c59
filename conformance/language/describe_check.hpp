// A check in words, for people and for tools.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "conformance/language/check.hpp"

namespace mcplumb {

std::string revisions_text(const Check& check);    // "2025-06-18..2025-11-25", "all"
std::string describe_line(const Check& check);     // one line for a list
std::string explain(const Check& check);           // rule, level, specification, cure, script
nlohmann::json describe_json(const Check& check);  // {id, suite, title, level, revisions, transports, covers, …}

}  // namespace mcplumb
