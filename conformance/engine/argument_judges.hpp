// Private to judges.cpp: the judgments about calls whose arguments do not fit the tool's own schema.
#pragma once

#include "conformance/engine/message_judges.hpp"

namespace mcplumb {

std::span<const NamedJudge> argument_judges();

}  // namespace mcplumb
