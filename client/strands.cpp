#include "client/strands.hpp"

#include <pthread.h>

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

#include "client/no_memory.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kStack = std::size_t{8} * 1024 * 1024;  // of address space; musl and macOS would give far less

bool start_thread(pthread_t& thread, void* (*body)(void*), void* argument) {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setstacksize(&attributes, kStack);
  const int problem = pthread_create(&thread, &attributes, body, argument);
  pthread_attr_destroy(&attributes);
  return problem == 0;
}

}  // namespace

struct Strands::Strand {
  Strand(Strands& its_strands, std::function<void()> its_work) : strands(its_strands), work(std::move(its_work)) {}

  Strands& strands;
  std::function<void()> work;
  pthread_t thread{};
  std::condition_variable turn;
  const std::function<bool()>* done = nullptr;  // what it waits for; null: it has not begun
  Micros deadline = kNever;
  bool holds = false;           // what done() said
  std::exception_ptr thrown{};  // by done()
  bool over = false;
};

Strands::Strands(EventLoop& loop) : loop_(loop) {}
Strands::~Strands() = default;

void* Strands::main_of(void* pointer) {
  Strand& strand = *static_cast<Strand*>(pointer);
  Strands& all = strand.strands;
  std::unique_lock lock(all.mutex_);
  strand.turn.wait(lock, [&] { return all.running_ == &strand; });
  lock.unlock();
  strand.work();
  lock.lock();
  strand.over = true;
  all.running_ = nullptr;
  all.returned_.notify_one();
  return nullptr;
}

bool Strands::begin(std::function<void()> work) {
  if (is_memory_short()) return false;  // its stack would take what is left
  try {
    strands_.emplace_back(*this, std::move(work));
  } catch (const std::bad_alloc&) {
    return false;
  }
  if (start_thread(strands_.back().thread, main_of, &strands_.back())) return true;
  strands_.pop_back();
  return false;
}

bool Strands::wait(const std::function<bool()>& done, Micros deadline) {
  if (done()) return true;
  Strand& strand = *running_;
  strand.done = &done;
  strand.deadline = deadline;
  std::unique_lock lock(mutex_);
  running_ = nullptr;
  returned_.notify_one();
  strand.turn.wait(lock, [&] { return running_ == &strand; });
  lock.unlock();
  if (strand.thrown) std::rethrow_exception(std::exchange(strand.thrown, nullptr));
  return strand.holds;
}

bool Strands::is_ready(Strand& strand) const {
  if (strand.done == nullptr || strand.thrown) return true;
  try {
    strand.holds = (*strand.done)();
  } catch (...) {
    strand.thrown = std::current_exception();
    return true;
  }
  const bool too_late = strand.deadline != kNever && loop_.now() >= strand.deadline;
  return strand.holds || too_late || loop_.stopped() || loop_.is_over();
}

Strands::Strand* Strands::next_ready() {
  const auto found = std::find_if(strands_.begin(), strands_.end(), [&](Strand& each) { return is_ready(each); });
  return found == strands_.end() ? nullptr : &*found;
}

Strands::Strand& Strands::throw_in_one(std::exception_ptr problem) {
  const auto found =
      std::find_if(strands_.begin(), strands_.end(), [](const Strand& each) { return each.done != nullptr; });
  if (found == strands_.end()) std::rethrow_exception(std::move(problem));
  found->thrown = std::move(problem);
  return *found;
}

Micros Strands::next_deadline() const {
  Micros next = kNever;
  for (const Strand& each : strands_)
    if (each.deadline != kNever && (next == kNever || each.deadline < next)) next = each.deadline;
  return next;
}

// Until it waits again, or is over.
void Strands::hand_over(Strand& strand) {
  const auto place =
      std::find_if(strands_.begin(), strands_.end(), [&](const Strand& each) { return &each == &strand; });
  strands_.splice(strands_.end(), strands_, place);
  std::unique_lock lock(mutex_);
  running_ = &strand;
  strand.turn.notify_one();
  returned_.wait(lock, [&] { return running_ == nullptr; });
  lock.unlock();
  if (!strand.over) return;
  pthread_join(strand.thread, nullptr);
  strands_.erase(place);
}

void Strands::run_until(const std::function<bool()>& done) {
  while (!done()) {
    Strand* ready = nullptr;
    try {
      loop_.run_until([&] { return (ready = next_ready()) != nullptr; }, next_deadline());
    } catch (...) {
      ready = &throw_in_one(std::current_exception());
    }
    if (ready != nullptr) hand_over(*ready);
  }
}

void side_by_side(EventLoop& loop, const std::vector<std::function<void()>>& work, std::size_t at_once) {
  std::size_t next = 0, open = 0;
  std::exception_ptr thrown;
  const auto attempt = [&](const auto& what) {
    try {
      what();
    } catch (...) {
      if (!thrown) thrown = std::current_exception();
    }
  };
  const auto work_off = [&] {
    while (next < work.size()) attempt(work[next++]);
  };
  Strands& strands = loop.strands();
  const std::size_t wanted = std::min(at_once, work.size());
  while (wanted > 1 && open < wanted && strands.begin([&] {
    work_off();
    --open;
  }))
    ++open;
  if (open == 0) work_off();
  const auto over = [&] { return open == 0; };
  const auto wait = [&] {
    if (strands.inside())
      strands.wait(over, kNever);
    else
      strands.run_until(over);
  };
  while (!over()) attempt(wait);  // whatever happens: the others still use what is ours
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace mcplumb
