// What a program keeps for each thing that is done with it: the thing is done over and over, and what the program holds
// more afterwards is divided by how often. That a program warms up (caches, pools, a heap that is not collected yet) is
// told from growth by going on until it stops growing, or a bound is reached.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "client/loop.hpp"

namespace mcplumb {

struct Growth {
  std::size_t times = 0;                                           // how often it was done, warming up not counted
  double memory = 0, descriptors = 0, threads = 0, processes = 0;  // kept for each: bytes and numbers
  std::vector<Micros> took;                                        // how long each took, in ascending order
};

struct GrowthBounds {
  std::size_t warm_up = 10, batch = 25, most = 400;
  Micros time = 8 * kSecond;  // in all, about
};

// `group` is the program's (process_usage.hpp). `once` does it, and says whether it worked. Absent: it did not work
// often enough, or takes too long to be done over and over.
std::optional<Growth> measure_growth(EventLoop& loop, long group, const std::function<bool()>& once,
                                     const GrowthBounds& bounds = {});

}  // namespace mcplumb
