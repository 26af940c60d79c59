// Judgments about skills. Private to judges.cpp.
#pragma once

#include "conformance/engine/message_judges.hpp"

namespace mcplumb {

std::span<const NamedJudge> skill_judges();

}  // namespace mcplumb
