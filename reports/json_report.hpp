// The whole run as JSON: docs/report-json.md.
#pragma once

#include <string>

#include "conformance/record/run.hpp"

namespace mcplumb {

std::string render_json(const Run& run);

}  // namespace mcplumb
