// What a server offers, before and after: which differences break clients, which are safe, which are only words.
#pragma once

#include "conformance/compare/change.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// Changes of Area::surface. An offer that could not be read is compared with nothing: its absence is one change.
Changes compare_surfaces(const Surface& before, const Surface& after);

}  // namespace mcplumb
