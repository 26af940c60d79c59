// How long each resource and prompt took that was asked for by itself: a table for the terminal. Empty without one. The
// times of tools stand with what else is said of them (exercise_text.hpp).
#pragma once

#include "conformance/record/run.hpp"
#include "reports/layout.hpp"

namespace mcplumb {

// The slowest first; of many only some, unless `whole`.
std::string latency_text(const Run& run, const Paint& paint, int width, bool whole);

}  // namespace mcplumb
