// Ctrl-C and its kin, as the loop sees them: the one place that takes signals.
#pragma once

#include "client/loop.hpp"

namespace mcplumb::cli {

// Interrupts the loop at the first SIGINT, SIGTERM or SIGHUP; the second one stops the cleaning up, too, and the third
// ends the process. To be made before anything is started and before a report is opened, and after files are read:
// while a file keeps us waiting (a pipe may), there is nothing to clean up, and a signal ends the process as ever.
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

// From here on signals wait: for a SignalGuard, or for the end of a command that has none because all it does is quick.
// So no report is left half-written beside its place.
void hold_signals();

// Whether any SignalGuard saw a signal: then there is no verdict, whatever the command came to.
bool was_interrupted();

}  // namespace mcplumb::cli
