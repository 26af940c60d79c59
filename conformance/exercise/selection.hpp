// Which tools may be called.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "conformance/engine/exercise_options.hpp"

namespace mcplumb {

// Says of itself that it only reads (readOnlyHint), and not that it destroys. Hints are no promise: what lies, lies.
bool says_it_only_reads(const nlohmann::json& tool);
// Why a tool, as it was listed, is not to be called, in a few words; empty: it may be.
std::string why_not_allowed(const ToolSelection& selection, const nlohmann::json& tool);

}  // namespace mcplumb
