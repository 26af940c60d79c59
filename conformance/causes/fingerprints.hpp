// Who may have made the server: what its replies have in common with those of known SDKs and their versions. Pure.
#pragma once

#include <vector>

#include "conformance/record/run.hpp"

namespace mcplumb {

std::vector<Likeness> looks_like(const Run& run);

}  // namespace mcplumb
