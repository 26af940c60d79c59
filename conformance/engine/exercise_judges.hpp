// Private to judges.cpp: the judgments about tools that were called with arguments made from their schemas.
#pragma once

#include "conformance/engine/message_judges.hpp"

namespace mcplumb {

std::span<const NamedJudge> exercise_judges();

}  // namespace mcplumb
