// What a server offers, before and after: which differences break clients, which are safe, which are only words.
#pragma once

#include "conformance/compare/change.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// Changes of Area::surface. An offer that could not be read is compared with nothing: its absence is one change.
// `newer` is what the server offers after in a newer era of the protocol: what went there is not lost.
Changes compare_surfaces(const Surface& before, const Surface& after, const Surface* newer = nullptr);

}  // namespace mcplumb
