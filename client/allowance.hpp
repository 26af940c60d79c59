// How much of what peers send may still be kept. One of a kind for a whole run, so that no number of replies, sessions
// or streams adds up to more.
#pragma once

#include <algorithm>
#include <cstddef>

namespace mcplumb {

class Allowance {
 public:
  explicit Allowance(std::size_t bytes) : whole_(bytes), left_(bytes) {}

  // Takes all of it, or nothing. False: there is too little left.
  [[nodiscard]] bool take(std::size_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }
  // Takes as much of it as there is left; returns how much that was.
  std::size_t take_some(std::size_t bytes) {
    const std::size_t taken = std::min(bytes, left_);
    left_ -= taken;
    return taken;
  }
  void give_back(std::size_t bytes) { left_ = std::min(left_ + bytes, whole_); }
  // It shall be at least as much in all.
  void raise_to(std::size_t bytes) {
    if (bytes <= whole_) return;
    left_ += bytes - whole_;
    whole_ = bytes;
  }
  std::size_t left() const { return left_; }
  std::size_t whole() const { return whole_; }

 private:
  std::size_t whole_, left_;
};

}  // namespace mcplumb
