#include "client/transport/arrivals.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

TEST_CASE("arrivals: what is cut, too large or doubled says so") {
  Trace trace;
  trace.exchanges.emplace_back();
  Arrivals arrivals(trace, 0, {2, 300, 40, 2});
  SseEvent event;
  const std::string text(400, 'x');
  event.has_data = true;
  event.data = text;
  CHECK(arrivals.add_event(event, 1) == 0);
  event.data = "y";
  CHECK(arrivals.add_event(event, 2) == 1);
  CHECK_FALSE(arrivals.add_event(event, 3));
  const std::vector<StreamEvent>& events = trace.exchanges[0].events;
  CHECK(events[0].data_cut);
  CHECK(events[0].data.size() == 300);
  CHECK_FALSE(events[1].data_cut);
  CHECK(trace.exchanges[0].events_seen == 3);

  std::string overflow;
  CHECK_FALSE(arrivals.add_message("{\"a\":\"" + text + "\"}", 1, std::nullopt, overflow));
  CHECK(overflow.find("larger than") != std::string::npos);
  overflow.clear();
  REQUIRE(arrivals.add_message(R"({"id":1,"id":1})", 1, std::nullopt, overflow) == 0);
  CHECK(trace.received[0].problem == "duplicate key \"id\"");
  CHECK(arrivals.add_message("{}", 1, std::nullopt, overflow) == 1);
  CHECK(trace.received[1].problem.empty());
  CHECK_FALSE(arrivals.add_message("{}", 1, std::nullopt, overflow));
  CHECK(overflow.starts_with("more than 2 messages on one reply"));
}
