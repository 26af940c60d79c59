// What a server would have to change for 2026-07-28, as a numbered list.
#pragma once

#include <string>

#include "conformance/record/run.hpp"
#include "reports/layout.hpp"

namespace mcplumb {

// Ends with a line feed.
std::string migration_text(const Migration& migration, const Paint& paint, int width);

}  // namespace mcplumb
