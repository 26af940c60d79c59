// Judgments about what a model is given of the tools: how much it is, and whether it says enough.
#pragma once

#include "conformance/engine/message_judges.hpp"

namespace mcplumb {

std::span<const NamedJudge> tool_list_judges();

}  // namespace mcplumb
