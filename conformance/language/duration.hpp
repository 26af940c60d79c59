// Durations as the files of ours and the command line write them.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace mcplumb {

// "200ms", "5s", "2m", "1.5s"; nothing above 24 hours.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace mcplumb
