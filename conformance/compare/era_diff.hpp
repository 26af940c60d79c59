// The eras that two runs judged (record/eras.hpp), and the other revisions that they asked for: each era of one run is
// compared with the same era of the other; what differs in both alike is one change.
#pragma once

#include <functional>

#include "conformance/compare/change.hpp"
#include "conformance/record/eras.hpp"

namespace mcplumb {

using ComparePart = std::function<Changes(const Run& before, const Run& after)>;

// Changes of `compare` for each era that both runs know; with them the eras and revisions that are gone or new.
Changes compare_eras(const Run& before, const Run& after, const ComparePart& compare);

}  // namespace mcplumb
