// Budgets of time: of the command line, and of the suites.
#pragma once

#include <string>
#include <vector>

#include "conformance/language/check.hpp"

namespace mcplumb::cli {

// Those of --expect first. Throws UsageError, with the character that a mistake begins at.
std::vector<Budget> budgets_of(const std::vector<std::string>& expect, const std::vector<Suite>& suites = {});

}  // namespace mcplumb::cli
