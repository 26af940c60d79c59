// Moments and spans of a run: microseconds as a plain integer, so that a header that needs only these stays small.
#pragma once

#include <cstdint>

namespace mcplumb {

using Micros = std::int64_t;  // since the start of the run if it is a moment
inline constexpr Micros kNever = -1;
inline constexpr Micros kSecond = 1'000'000;
inline constexpr Micros kMillisecond = 1'000;

// This program did not run, or was busy with itself: what came meanwhile was seen late.
struct Stall {
  Micros at = kNever, span = 0;
};

}  // namespace mcplumb
