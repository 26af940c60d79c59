// What a server offers, as tables that fit the screen.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reports/terminal_report.hpp"

namespace mcplumb {

// "tools", "resources", "templates" or "prompts": one line for each element; with options.verbose all of each, and the
// arguments of a tool with their types.
std::string render_listing(const std::string& kind, const std::vector<nlohmann::json>& elements,
                           const TerminalOptions& options);

// "string", "integer 1..14", "C|F", "list of string", "any": a JSON Schema in a few words.
std::string schema_text(const nlohmann::json& schema);

}  // namespace mcplumb
