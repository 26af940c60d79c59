// Private to judges.cpp: the judgments about what servers ask their clients.
#pragma once

#include "conformance/engine/message_judges.hpp"

namespace mcplumb {

std::span<const NamedJudge> question_judges();  // question_judges.cpp
std::span<const NamedJudge> asking_judges();    // asking_judges.cpp

}  // namespace mcplumb
