#include "client/loop.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "client/strands.hpp"

namespace mcplumb {
namespace {

constexpr Micros kBeat = 50 * kMillisecond;  // the longest wait, so that lateness shows
constexpr Micros kNoticeable = 20 * kMillisecond;
constexpr std::size_t kStallsKept = 10'000;

}  // namespace

EventLoop::EventLoop(const Clock& clock) : clock_(clock), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

EventLoop::~EventLoop() { ::close(epoll_); }

void EventLoop::watch(int fd, std::uint32_t events, FdHandler handler) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  const bool known = handlers_.count(fd) != 0;
  handlers_[fd] = std::move(handler);
  if (epoll_ctl(epoll_, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) == 0) return;
  // libcurl may close a descriptor and get the same number again before it tells us.
  const int other = errno == ENOENT ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (epoll_ctl(epoll_, other, fd, &event) != 0) throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

void EventLoop::unwatch(int fd) {
  if (handlers_.erase(fd) != 0) epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
}

EventLoop::TimerId EventLoop::at(Micros moment, Task task) {
  const TimerId id = next_timer_++;
  timer_of_[id] = timers_.insert({moment, Timer{id, std::move(task)}});
  return id;
}

void EventLoop::cancel(TimerId timer) {
  const auto found = timer_of_.find(timer);
  if (found == timer_of_.end()) return;
  timers_.erase(found->second);
  timer_of_.erase(found);
}

Strands& EventLoop::strands() {
  if (!strands_) strands_ = std::make_unique<Strands>(*this);
  return *strands_;
}

bool EventLoop::run_until(const std::function<bool()>& done, Micros deadline) {
  if (strands_ && strands_->inside()) return strands_->wait(done, deadline);
  turned_ = kNever;
  while (!done()) {
    if (stopped() || is_over() || (deadline != kNever && now() >= deadline)) return done();
    turn(deadline);
  }
  return true;
}

std::string EventLoop::why_stopped() const { return interrupted_ ? "interrupted" : "--total-deadline passed"; }

void EventLoop::turn(Micros latest) {
  Micros due = latest;
  if (!timers_.empty() && (due == kNever || timers_.begin()->first < due)) due = timers_.begin()->first;
  const Micros began = now();
  if (turned_ != kNever) note_lateness(turned_, 0);
  const Micros beat = began + kBeat;
  const Micros left = posted_.empty() ? std::max<Micros>(0, (due == kNever ? beat : std::min(due, beat)) - began) : 0;
  timespec wait{};
  wait.tv_sec = left / kSecond;
  wait.tv_nsec = (left % kSecond) * 1000;
  std::array<epoll_event, 64> events;
  const int count = epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &wait, nullptr);
  if (count < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "epoll_pwait2");
  note_lateness(began, left);
  turned_ = now();
  for (int i = 0; i < count; ++i) {
    const auto found = handlers_.find(events[static_cast<std::size_t>(i)].data.fd);
    if (found == handlers_.end()) continue;
    attempt([&] {
      const FdHandler handler = found->second;  // it may remove itself
      handler(events[static_cast<std::size_t>(i)].events);
    });
  }
  run_due_timers();
  run_posted();
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
}

void EventLoop::note_lateness(Micros since, Micros allowed) {
  const Micros late = now() - since - allowed;
  if (late >= kNoticeable && stalls_.size() < kStallsKept) stalls_.push_back({since + allowed, late});
}

void EventLoop::run_due_timers() {
  const Micros moment = now();
  while (!timers_.empty() && timers_.begin()->first <= moment) {
    Timer timer = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    timer_of_.erase(timer.id);
    attempt(timer.task);
  }
}

void EventLoop::run_posted() {
  std::vector<Task> batch;
  batch.swap(posted_);
  for (const Task& task : batch) attempt(task);
}

}  // namespace mcplumb
