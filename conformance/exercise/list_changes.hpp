// Whether a server lists something else than before.
#pragma once

#include <string>

#include "conformance/record/run.hpp"

namespace mcplumb {

// "the list of tools has one more: secret"; empty: it lists the same, or one of the lists could not be had.
std::string list_change(const Surface& before, const Surface& after);

}  // namespace mcplumb
