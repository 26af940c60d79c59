// Ctrl-C, as the loop sees it.
#pragma once

#include "client/loop.hpp"

namespace mcplumb::cli {

// Stops the loop at the first SIGINT or SIGTERM; the second one stops the cleaning up, too, and the third ends the
// process.
class SignalGuard {
 public:
  explicit SignalGuard(EventLoop& loop);
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

 private:
  EventLoop& loop_;
  bool seen_ = false;
  int fd_ = -1;
};

}  // namespace mcplumb::cli
