#include "client/no_memory.hpp"

#include <doctest/doctest.h>

#include <new>
#include <nlohmann/json.hpp>

#include "client/clock.hpp"
#include "client/loop.hpp"
#include "client/strands.hpp"

using namespace mcplumb;

TEST_CASE("no memory: a value is taken apart, whatever it is") {
  for (const char* text : {"1", "null", "\"text\"", "[]", "{}", R"([1, [2, [3]], {"a": [{}, {"b": {}}]}])"}) {
    nlohmann::json value = nlohmann::json::parse(text);
    take_apart(value);
    CHECK((value.is_primitive() || value.empty()));
  }
}

TEST_CASE("no memory: a handler that fails keeps no other from being called, and whoever waits gets the exception") {
  MonotonicClock clock;
  EventLoop loop(clock);
  int called = 0;
  loop.post([] { throw std::bad_alloc(); });
  loop.post([&] { ++called; });
  loop.at(0, [] { throw std::bad_alloc(); });
  loop.at(0, [&] { ++called; });
  CHECK_THROWS_AS(loop.run_until([] { return false; }, loop.now() + 60 * kSecond), std::bad_alloc);
  CHECK(called == 2);
  loop.post([&] { ++called; });
  CHECK(loop.run_until([&] { return called == 3; }, loop.now() + 60 * kSecond));
}

TEST_CASE("no memory: of work side by side the one that waits gets the exception, and the rest goes on") {
  MonotonicClock clock;
  EventLoop loop(clock);
  int failed = 0, finished = 0;
  bool go_on = false;
  const std::function<void()> one = [&] {
    try {
      loop.run_until([&] { return go_on; }, kNever);
      ++finished;
    } catch (const std::bad_alloc&) {
      ++failed;
    }
  };
  loop.after(1000, [] { throw std::bad_alloc(); });
  loop.after(2000, [&] { go_on = true; });
  side_by_side(loop, {one, one, one}, 3);
  CHECK(failed == 1);
  CHECK(finished == 2);
}
