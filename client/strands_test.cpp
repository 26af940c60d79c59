#include "client/strands.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

#include "client/test_clock.hpp"

using namespace mcplumb;

namespace {

struct StrandedLoop {
  TestClock clock;
  EventLoop loop{clock};
  std::string order;

  void pause(Micros span) {
    loop.run_until([] { return false; }, loop.now() + span);
  }
};

}  // namespace

TEST_CASE("strands: pauses overlap, and what waits least goes on first") {
  StrandedLoop test;
  const Micros begun = test.loop.now();
  test.clock.leap_when([&] { return test.order == "abB"; }, 60 * kSecond);
  side_by_side(test.loop,
               {[&] {
                  test.order += 'a';
                  test.pause(60 * kSecond);
                  test.order += 'A';
                },
                [&] {
                  test.order += 'b';
                  test.pause(30 * kMillisecond);
                  test.order += 'B';
                }},
               2);
  CHECK(test.order == "abBA");
  CHECK(test.loop.now() - begun >= 60 * kSecond);
}

TEST_CASE("strands: no more work than was asked for goes on at once, and it is begun in order") {
  StrandedLoop test;
  int going_on = 0, most = 0;
  std::vector<std::function<void()>> work;
  for (char name = 'a'; name < 'h'; ++name)
    work.emplace_back([&, name] {
      most = std::max(most, ++going_on);
      test.order += name;
      test.pause(2 * kMillisecond);
      --going_on;
    });
  side_by_side(test.loop, work, 3);
  CHECK(most == 3);
  CHECK(test.order == "abcdefg");
  test.order.clear();
  side_by_side(test.loop, work, 1);
  CHECK(test.order == "abcdefg");
  side_by_side(test.loop, {}, 3);
}

TEST_CASE("strands: a wait ends when what it waits for holds, by a handler or by another strand") {
  StrandedLoop test;
  bool told = false, rang = false;
  bool heard = false, late = true;
  side_by_side(test.loop,
               {[&] { heard = test.loop.run_until([&] { return told && rang; }, test.loop.now() + 10 * kSecond); },
                [&] {
                  test.loop.after(5 * kMillisecond, [&] { rang = true; });
                  told = true;
                  late = test.loop.run_until([] { return false; }, test.loop.now() + kMillisecond);
                }},
               2);
  CHECK(heard);
  CHECK_FALSE(late);
}

TEST_CASE("strands: work may itself be done side by side") {
  StrandedLoop test;
  int done = 0;
  const auto inner = [&] {
    const auto one = [&] {
      test.pause(kMillisecond);
      ++done;
    };
    side_by_side(test.loop, {one, one, one}, 3);
  };
  side_by_side(test.loop, {inner, inner}, 2);
  CHECK(done == 6);
}

TEST_CASE("strands: an exception is thrown when all work is over") {
  StrandedLoop test;
  bool other = false;
  const auto all = [&] {
    side_by_side(test.loop,
                 {[&] {
                    test.pause(kMillisecond);
                    throw std::runtime_error("first");
                  },
                  [&] { test.loop.run_until([]() -> bool { throw std::logic_error("second"); }, kNever); },
                  [&] {
                    test.pause(5 * kMillisecond);
                    other = true;
                  }},
                 3);
  };
  CHECK_THROWS_AS(all(), std::logic_error);
  CHECK(other);
}

TEST_CASE("strands: stopping the loop ends every wait") {
  StrandedLoop test;
  const auto wait = [&] { test.loop.run_until([] { return false; }, kNever); };
  const auto nested = [&] { side_by_side(test.loop, {wait, wait}, 2); };
  side_by_side(test.loop,
               {wait, nested,
                [&] {
                  test.pause(kMillisecond);
                  test.loop.stop();
                }},
               3);
  CHECK(test.loop.stopped());
  test.loop.resume();
  test.loop.post([&] { test.order = "x"; });
  CHECK(test.loop.run_until([&] { return test.order == "x"; }, test.loop.now() + 60 * kSecond));
}
