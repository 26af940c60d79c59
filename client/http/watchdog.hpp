// Watches the one call into libcurl in which a peer can keep us: HTTP/2 frames that carry nothing are read on and on,
// and no timer runs meanwhile.
#pragma once

#include <chrono>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace mcplumb {

class Watchdog {
 public:
  Watchdog() = default;
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // From here until end(): 300 ms without moved(), of which the calling thread was at work for 100 ms, shut these
  // sockets down, so that the call comes back. A thread that waits for the processor is not kept by a peer. Always of
  // the same thread.
  void begin(std::span<const int> sockets);
  void moved();  // something came that is of use
  bool end();    // whether it was shut down

 private:
  void watch();
  std::chrono::nanoseconds spent() const;  // by the thread that is watched

  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread thread_;        // from the first begin() on
  clockid_t clock_ = 0;       // of the thread that is watched
  std::vector<int> sockets_;  // empty: nothing is watched
  unsigned moves_ = 0;
  bool shut_ = false, over_ = false;
};

}  // namespace mcplumb
