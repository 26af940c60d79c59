// Which tools may be called.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "conformance/engine/exercise_options.hpp"

namespace mcplumb {

// Why a tool, as it was listed, is not to be called, in a few words; empty: it may be.
std::string why_not_allowed(const ToolSelection& selection, const nlohmann::json& tool);

}  // namespace mcplumb
