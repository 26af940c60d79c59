// Judgments about MCP Apps. Private to judges.cpp.
#pragma once

#include "conformance/engine/message_judges.hpp"

namespace mcplumb {

std::span<const NamedJudge> app_judges();

}  // namespace mcplumb
