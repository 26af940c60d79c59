// Private to judges.cpp: the judgments about responses.
#pragma once

#include "conformance/engine/message_judges.hpp"

namespace mcplumb {

std::span<const NamedJudge> response_judges();

}  // namespace mcplumb
