// Watches the one call into libcurl in which a peer can keep us: HTTP/2 frames that carry nothing are read on and on,
// and no timer runs meanwhile.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

namespace mcplumb {

class Watchdog {
 public:
  Watchdog() = default;
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // From here until end(): 300 ms without moved() shuts the socket down, so that the call comes back.
  void begin(int socket);
  void moved();  // something came that is of use
  bool end();    // whether it was shut down

 private:
  void watch();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread thread_;  // from the first begin() on
  int socket_ = -1;     // -1: nothing is watched
  unsigned moves_ = 0;
  bool shut_ = false, over_ = false;
};

}  // namespace mcplumb
