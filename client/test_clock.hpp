// A clock for tests, so that no test depends on how fast the machine is: what is to happen before a deadline happens,
// and then the clock is set beyond the deadline.
#pragma once

#include <functional>
#include <utility>

#include "client/clock.hpp"

namespace mcplumb {

class TestClock final : public Clock {
 public:
  // One that stands moves only by leap(); it is not for HTTP, where libcurl has timers of its own. So that a test that
  // waits in vain ends all the same, it goes on after two minutes.
  enum class Kind { runs, stands };
  explicit TestClock(Kind kind = Kind::runs) : kind_(kind) {}

  void leap(Micros span) { ahead_ += span; }
  // Leaps once, as soon as `happened` holds; whoever asks for the time looks whether it does. It must not ask itself.
  void leap_when(std::function<bool()> happened, Micros span) {
    happened_ = std::move(happened);
    span_ = span;
  }

  Micros now() const override {
    if (happened_ && happened_()) {
      ahead_ += span_;
      happened_ = nullptr;
    }
    const Micros real = real_.now();
    return ahead_ + (kind_ == Kind::runs ? real : real > kPatience ? real - kPatience : 0);
  }

 private:
  static constexpr Micros kPatience = 120 * kSecond;

  Kind kind_;
  MonotonicClock real_;
  mutable Micros ahead_ = 0;
  mutable std::function<bool()> happened_;
  Micros span_ = 0;
};

}  // namespace mcplumb
