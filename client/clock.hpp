// Where moments come from: a real seam, so that tests can stop time.
#pragma once

#include <chrono>

#include "client/time.hpp"

namespace mcplumb {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Micros now() const = 0;  // microseconds since the clock was made; never goes back
};

class MonotonicClock final : public Clock {
 public:
  Micros now() const override {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace mcplumb
