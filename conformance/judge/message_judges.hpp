// Private to judges.cpp: the judgments about messages.
#pragma once

#include "conformance/judge/judges.hpp"

namespace mcplumb {

struct NamedJudge {
  std::string_view name;
  Judge judge;
};

std::span<const NamedJudge> message_judges();

}  // namespace mcplumb
