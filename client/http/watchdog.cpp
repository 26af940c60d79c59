#include "client/http/watchdog.hpp"

#include <pthread.h>
#include <sys/socket.h>

#include <utility>

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

void Watchdog::begin(std::span<const int> sockets) {
  if (sockets.empty()) return;
  const std::lock_guard lock(mutex_);
  sockets_.assign(sockets.begin(), sockets.end());
  ++moves_;
  shut_ = false;
  if (!thread_.joinable()) {
    pthread_getcpuclockid(pthread_self(), &clock_);
    thread_ = std::thread([this] { watch(); });
  }
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
  sockets_.clear();
  return std::exchange(shut_, false);
}

std::chrono::nanoseconds Watchdog::spent() const {
  timespec time{};
  clock_gettime(clock_, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

void Watchdog::watch() {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kPatience{300}, kAtWork{100}, kGlance{50};
  std::unique_lock lock(mutex_);
  while (!over_) {
    changed_.wait(lock, [&] { return over_ || (!sockets_.empty() && !shut_); });
    const unsigned moves = moves_;
    const auto earliest = Clock::now() + kPatience;
    const auto least = spent() + kAtWork;
    const auto is_released = [&] { return over_ || sockets_.empty() || moves_ != moves; };
    const auto is_kept = [&] { return Clock::now() >= earliest && spent() >= least; };
    while (!changed_.wait_for(lock, kGlance, is_released) && !is_kept()) continue;
    if (is_released()) continue;
    shut_ = true;
    for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
  }
}

}  // namespace mcplumb
