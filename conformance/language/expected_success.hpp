// What a step of a user's suite expects without being told: success.
#pragma once

#include "conformance/language/check.hpp"

namespace mcplumb {

// Adds that the answer is no error, unless the step's expectations look at
// errors themselves, or it has no answer.
void expect_success(Step& step);

}  // namespace mcplumb
