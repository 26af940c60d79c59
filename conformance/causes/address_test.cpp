// R-HOST, R-GATEWAY and R-LIFESPAN: how much has to be seen, and how sure one may be of it.
#include <doctest/doctest.h>

#include <algorithm>

#include "conformance/causes/test_story.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace {

std::optional<Diagnosis> named(const Story& story, std::string_view rule) {
  for (Diagnosis& each : diagnose(story.run))
    if (each.rule == rule) return each;
  return std::nullopt;
}

Story host_refused_with(int status, const std::string& body) {
  Story story;
  story.failed(Story::replied(story.initialize(), status, "text/plain", body));
  return story;
}

}  // namespace

TEST_CASE("R-HOST: certain only if another name was served, and silent for a plain 403") {
  Story story = host_refused_with(421, "Invalid Host header");
  REQUIRE(named(story, "R-HOST"));
  CHECK(named(story, "R-HOST")->confidence == Confidence::likely);
  Exchange& other = story.sent("POST", "/mcp", "diagnosis/host/localhost");
  Story::replied(other, 200, "application/json", R"({"jsonrpc":"2.0","id":1,"result":{}})");
  CHECK(named(story, "R-HOST")->confidence == Confidence::certain);
  CHECK(named(host_refused_with(403, "Invalid Host header"), "R-HOST"));
  CHECK_FALSE(named(host_refused_with(403, "Forbidden"), "R-HOST"));
}

TEST_CASE("R-GATEWAY: each status of a gateway's own page, and certain only of pages that are known") {
  for (const int status : {502, 503, 504}) {
    CAPTURE(status);
    Story story;
    Exchange& first = Story::replied(story.initialize(), status, "text/html", "<html><center>nginx</center></html>");
    first.blocks.back().headers.push_back({"server", "nginx/1.22"});
    story.failed(first);
    REQUIRE(named(story, "R-GATEWAY"));
    CHECK(named(story, "R-GATEWAY")->confidence == Confidence::certain);
    first.blocks.back().headers.pop_back();
    first.body = "<html>Oh</html>";
    REQUIRE(named(story, "R-GATEWAY"));
    CHECK(named(story, "R-GATEWAY")->confidence == Confidence::likely);
  }
}

TEST_CASE("R-LIFESPAN: five requests of different kinds, all answered alike, and another path that lives") {
  Story story;
  Exchange& first = Story::replied(story.initialize(), 500, "text/plain; charset=utf-8", "Internal Server Error");
  first.blocks.back().headers.push_back({"server", "uvicorn"});
  story.failed(first);
  CHECK_FALSE(named(story, "R-LIFESPAN"));
  story.uniform();
  CHECK(named(story, "R-LIFESPAN"));
  SUBCASE("one of them is answered otherwise") {
    story.run.trace.exchanges[2].blocks.back().status = 400;
    CHECK_FALSE(named(story, "R-LIFESPAN"));
  }
  SUBCASE("too few of them") {
    auto& exchanges = story.run.trace.exchanges;
    exchanges.erase(exchanges.begin() + 1, exchanges.begin() + 3);
    for (std::size_t i = 0; i < exchanges.size(); ++i) exchanges[i].number = i;
    CHECK_FALSE(named(story, "R-LIFESPAN"));
  }
  SUBCASE("the whole application fails") {
    Story::replied(story.run.trace.exchanges.back(), 500, "text/plain; charset=utf-8", "Internal Server Error");
    CHECK_FALSE(named(story, "R-LIFESPAN"));
  }
}

TEST_CASE("R-BUFFERED: events that are spread a little over a call are none in a burst") {
  Story story;
  Exchange& call = story.sent("POST", "/mcp", "stream.burst",
                              {{"method", "tools/call"}, {"id", 7}, {"params", {{"_meta", {{"progressToken", 1}}}}}});
  Story::replied(call, 200, "text/event-stream", "");
  call.ended = call.request.at + 600 * kMillisecond;
  const auto received = [&](Micros before_end, json value) {
    Received& each = story.run.trace.received.emplace_back();
    each.exchange = call.number;
    each.at = call.ended - before_end;
    if (value.contains("result")) each.answers = call.number;
    each.value = std::move(value);
  };
  const json progress = {{"method", "notifications/progress"}};
  // 100 ms of 600 ms: a burst is within a fifth of what even spacing would take, which is 80 ms.
  for (const Micros at : {100, 50, 0}) received(at * kMillisecond, progress);
  received(0, {{"id", 7}, {"result", json::object()}});
  CHECK_FALSE(named(story, "R-BUFFERED"));
  story.run.trace.received[0].at = call.ended - 60 * kMillisecond;
  CHECK(named(story, "R-BUFFERED"));
}
