// One line that says how far a run is.
#pragma once

#include <cstddef>
#include <string>

namespace mcplumb {

// "[12/74] session.id.secure" while the twelfth is at work; shorter than `width`, its end left out if need be.
std::string progress_line(std::size_t done, std::size_t total, const std::string& id, int width);

}  // namespace mcplumb
