#include "client/loop.hpp"

#include <doctest/doctest.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <string>

using namespace mcplumb;

TEST_CASE("loop: timers run in the order of their moments, cancelled ones never") {
  MonotonicClock clock;
  EventLoop loop(clock);
  std::string order;
  const Micros now = loop.now();
  loop.at(now + 2000, [&] { order += 'b'; });
  loop.at(now + 1000, [&] { order += 'a'; });
  const auto gone = loop.at(now + 1500, [&] { order += 'x'; });
  loop.cancel(gone);
  CHECK(loop.run_until([&] { return order.size() == 2; }, now + 60 * kSecond));
  CHECK(order == "ab");
}

TEST_CASE("loop: a handler is called for its descriptor and may remove itself") {
  MonotonicClock clock;
  EventLoop loop(clock);
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  int calls = 0;
  loop.watch(ends[0], EPOLLIN, [&](std::uint32_t) {
    ++calls;
    loop.unwatch(ends[0]);
  });
  REQUIRE(write(ends[1], "x", 1) == 1);
  loop.run_until([&] { return calls > 0; }, loop.now() + 60 * kSecond);
  loop.run_until([] { return false; }, loop.now() + 1000);
  CHECK(calls == 1);
  close(ends[0]);
  close(ends[1]);
}

TEST_CASE("loop: run_until ends at its deadline and says that nothing was done") {
  MonotonicClock clock;
  EventLoop loop(clock);
  CHECK_FALSE(loop.run_until([] { return false; }, loop.now() + 500));
}

TEST_CASE("loop: posted work runs at the next turn, and stop ends the waiting") {
  MonotonicClock clock;
  EventLoop loop(clock);
  loop.post([&] { loop.stop(); });
  CHECK_FALSE(loop.run_until([] { return false; }, kNever));
  CHECK(loop.stopped());
}

TEST_CASE("loop: the first signal leaves time for cleaning up, the second one takes it") {
  MonotonicClock clock;
  const auto may_wait = [](EventLoop& loop) {
    bool waited = false;
    loop.post([&] { waited = true; });
    loop.run_until([&] { return waited; }, loop.now() + 60 * kSecond);
    return waited;
  };
  EventLoop at_work(clock);
  at_work.interrupt();
  CHECK_FALSE(may_wait(at_work));
  at_work.resume();
  CHECK(may_wait(at_work));
  at_work.interrupt();
  at_work.resume();
  CHECK_FALSE(may_wait(at_work));

  EventLoop cleaning_up(clock);
  cleaning_up.resume();
  cleaning_up.interrupt();
  CHECK(may_wait(cleaning_up));
  cleaning_up.cleaned_up();
  CHECK_FALSE(may_wait(cleaning_up));

  EventLoop in_haste(clock);
  in_haste.interrupt();
  in_haste.interrupt();
  in_haste.resume();
  CHECK_FALSE(may_wait(in_haste));
}
