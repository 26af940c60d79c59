// Work that is written one step after the other, done side by side on one loop.
//
// A strand is a thread that runs only while it holds the baton: of the strands of a loop and the thread that turns it,
// exactly one runs at any time, and it goes on until it waits in EventLoop::run_until. So what they share needs no
// lock; but what was looked at before a wait may have changed after it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <mutex>
#include <vector>

#include "client/loop.hpp"

namespace mcplumb {

// Does all the work, `at_once` of it at the same time, begun in its order, and returns when all of it is over. Wherever
// work waits in run_until of the loop, other work goes on. May be called within work. The first exception that left
// some work is thrown at the end.
void side_by_side(EventLoop& loop, const std::vector<std::function<void()>>& work, std::size_t at_once);

// The strands of one loop, which owns them.
class Strands {
 public:
  explicit Strands(EventLoop& loop);
  ~Strands();  // none may be left
  Strands(const Strands&) = delete;
  Strands& operator=(const Strands&) = delete;

  // A strand for this work, which must not throw. It runs when the caller waits. False: the system gives no thread.
  bool begin(std::function<void()> work);
  // The caller is in a strand.
  bool inside() const { return running_ != nullptr; }
  // What run_until does in a strand.
  bool wait(const std::function<bool()>& done, Micros deadline);
  // Lets strands run and the loop turn until done() holds, whether the loop was stopped or not. What the loop throws is
  // thrown in the strand that has waited longest.
  void run_until(const std::function<bool()>& done);

 private:
  struct Strand;
  static void* main_of(void* strand);
  bool is_ready(Strand& strand) const;
  Strand* next_ready();
  Strand& throw_in_one(std::exception_ptr problem);
  Micros next_deadline() const;
  void hand_over(Strand& strand);

  EventLoop& loop_;
  std::list<Strand> strands_;  // the one that waits longest comes first
  std::mutex mutex_;
  std::condition_variable returned_;
  Strand* running_ = nullptr;  // who has the baton; null: the thread that turns the loop
};

}  // namespace mcplumb
