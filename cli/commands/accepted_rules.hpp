#pragma once

#include <string>
#include <vector>

namespace mcplumb::cli {

// The values of --accept as they were given. Throws UsageError if one names no rule of diagnosis.
std::vector<std::string> accepted_rules(const std::vector<std::string>& given);

}  // namespace mcplumb::cli
