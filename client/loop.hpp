// The one event loop: descriptors, timers and posted work, all on the thread that calls run_until; in a strand
// (strands.hpp) run_until lets that thread turn the loop.
//
// Handlers may watch, unwatch, add and cancel timers, and post; they must not call run_until. A handler that was
// removed is not called again, not even for an event that was already pending. Descriptors stay the caller's: unwatch
// before close.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "client/clock.hpp"

namespace mcplumb {

class Strands;

class EventLoop {
 public:
  using FdHandler = std::function<void(std::uint32_t epoll_events)>;
  using Task = std::function<void()>;
  using TimerId = std::uint64_t;

  // The clock must outlive the loop. Throws std::system_error when the kernel gives no epoll descriptor.
  explicit EventLoop(const Clock& clock);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Adds a descriptor, or changes what is waited for. `events` is EPOLLIN, EPOLLOUT or both.
  void watch(int fd, std::uint32_t events, FdHandler handler);
  void unwatch(int fd);

  TimerId at(Micros moment, Task task);
  TimerId after(Micros delay, Task task) { return at(now() + delay, std::move(task)); }
  void cancel(TimerId timer);

  // Runs `task` at the next turn, after the handlers of this one.
  void post(Task task) { posted_.push_back(std::move(task)); }

  // Turns until done() holds or the moment `deadline` has passed (kNever = no deadline). Says whether done() holds.
  // Returns early, with what done() says, once stop() was called.
  bool run_until(const std::function<bool()>& done, Micros deadline);

  // Does it now. What it throws keeps nothing else from being done: it is thrown by the run_until that turns the loop,
  // which is how handlers are called, too.
  template <class Work>
  void attempt(const Work& work) {
    try {
      work();
    } catch (...) {
      if (!thrown_) thrown_ = std::current_exception();
    }
  }

  // Makes this and every later run_until return at once.
  void stop() { stopped_ = true; }
  bool stopped() const { return stopped_ || (timed_out() && !cleaning_up_); }
  // A signal came. The first one stops what is done, for good: nothing more may be begun, whatever resume() says. Only
  // cleaning up goes on, until the second.
  void interrupt() {
    stopped_ = stopped_ || interrupted_ || !cleaning_up_;
    in_haste_ = std::exchange(interrupted_, true);
  }
  bool interrupted() const { return interrupted_; }
  // Lets cleaning up go on after stop() or the first interrupt().
  void resume() {
    stopped_ = in_haste_;
    cleaning_up_ = true;
  }
  // All is over at this moment, as after stop(), and for good; cleaning up gets kLastWords more, whatever it waits for.
  // Unlike a timer it holds in every turn. kNever takes it back.
  static constexpr Micros kLastWords = 600 * kMillisecond;
  void end_at(Micros moment) { end_ = moment; }
  Micros end() const { return end_; }
  bool timed_out() const { return end_ != kNever && now() >= end_; }
  bool is_over() const { return end_ != kNever && now() >= end_ + kLastWords; }
  // Why no more was waited for: "interrupted", "--total-deadline passed".
  std::string why_stopped() const;
  // When cleaning up is over. For the next that is to be done, a stop is over as well, and an interrupt is not.
  void cleaned_up() {
    stopped_ = interrupted_;
    cleaning_up_ = false;
  }
  // One turn that waits for nothing: whether a signal has come may be asked after it.
  void poll() {
    turned_ = kNever;
    turn(now());
  }

  // How late the loop was: by 20 ms or more, while it waited. On a busy machine moments of arrival say little.
  const std::vector<Stall>& stalls() const { return stalls_; }

  Strands& strands();

  Micros now() const { return clock_.now(); }
  const Clock& clock() const { return clock_; }

 private:
  void turn(Micros latest);
  void note_lateness(Micros since, Micros allowed);
  void run_due_timers();
  void run_posted();

  struct Timer {
    TimerId id;
    Task task;
  };

  const Clock& clock_;
  int epoll_ = -1;
  bool stopped_ = false, interrupted_ = false, in_haste_ = false, cleaning_up_ = false;
  Micros end_ = kNever;
  std::exception_ptr thrown_;  // in this turn, by the first that did
  Micros turned_ = kNever;     // end of the last wait in this run_until
  std::vector<Stall> stalls_;
  TimerId next_timer_ = 1;
  std::unordered_map<int, FdHandler> handlers_;
  std::multimap<Micros, Timer> timers_;
  std::unordered_map<TimerId, std::multimap<Micros, Timer>::iterator> timer_of_;
  std::vector<Task> posted_;
  std::unique_ptr<Strands> strands_;  // null until something is done side by side
};

}  // namespace mcplumb
