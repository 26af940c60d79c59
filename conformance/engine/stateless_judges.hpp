// Private to judges.cpp: the judgments of the stateless era.
#pragma once

#include "conformance/engine/message_judges.hpp"

namespace mcplumb {

std::span<const NamedJudge> stateless_judges();

}  // namespace mcplumb
