// The whole run as JSON: docs/report-json.md.
#pragma once

#include <string>

#include "conformance/record/run.hpp"

namespace mcplumb {

std::string render_json(const Run& run);

// Indented JSON for a file or a terminal: what could act on a terminal is written as \u escapes.
std::string json_text(const nlohmann::json& value);

}  // namespace mcplumb
