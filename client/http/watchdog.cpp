#include "client/http/watchdog.hpp"

#include <sys/socket.h>

#include <chrono>

namespace mcplumb {

Watchdog::~Watchdog() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Watchdog::begin(int socket) {
  const std::lock_guard lock(mutex_);
  socket_ = socket;
  ++moves_;
  shut_ = false;
  if (!thread_.joinable()) thread_ = std::thread([this] { watch(); });
  changed_.notify_one();
}

void Watchdog::moved() {
  if (!thread_.joinable()) return;
  const std::lock_guard lock(mutex_);
  ++moves_;
}

bool Watchdog::end() {
  if (!thread_.joinable()) return false;
  const std::lock_guard lock(mutex_);
  socket_ = -1;
  return shut_;
}

void Watchdog::watch() {
  constexpr std::chrono::milliseconds kPatience{300};
  std::unique_lock lock(mutex_);
  while (!over_) {
    changed_.wait(lock, [&] { return over_ || (socket_ >= 0 && !shut_); });
    const unsigned moves = moves_;
    const auto is_released = [&] { return over_ || socket_ < 0 || moves_ != moves; };
    if (changed_.wait_for(lock, kPatience, is_released) || is_released()) continue;
    shut_ = true;
    shutdown(socket_, SHUT_RDWR);
  }
}

}  // namespace mcplumb
