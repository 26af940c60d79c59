// What explains a run's failures, as lines of text: the strongest diagnosis in full, the others below it.
#pragma once

#include <string>

#include "conformance/record/run.hpp"
#include "reports/layout.hpp"

namespace mcplumb {

// Empty without a diagnosis; else it ends with a line feed.
std::string diagnosis_text(const Run& run, const Paint& paint, int width);

// "python mcp 1.26.0 or newer; uvicorn"; empty if nothing is known.
std::string likeness_text(const Run& run);

}  // namespace mcplumb
