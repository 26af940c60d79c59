// How long each tool, resource and prompt took that was called: a table for the terminal. Empty without one.
#pragma once

#include "conformance/record/run.hpp"
#include "reports/layout.hpp"

namespace mcplumb {

// The slowest first; of many only some, unless `whole`.
std::string latency_text(const Run& run, const Paint& paint, int width, bool whole);

}  // namespace mcplumb
