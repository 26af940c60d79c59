// R-ENDPOINT, R-TRANSPORT, R-VOID, R-NO-PROGRESS, R-PRIMING and R-BUFFERED: what each needs to see, and what speaks
// against it.
#include <doctest/doctest.h>

#include <algorithm>

#include "conformance/causes/test_story.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace {

bool follows(const Story& story, std::string_view rule) {
  const std::vector<std::string> rules = story.rules();
  return std::find(rules.begin(), rules.end(), rule) != rules.end();
}

StreamEvent event_of(std::string type, std::string data) {
  StreamEvent event;
  event.type = std::move(type);
  event.has_data = true;
  event.data = std::move(data);
  return event;
}

// A POST that was refused, and a GET that opens HTTP+SSE.
Story old_server(int status) {
  Story story;
  story.failed(Story::replied(story.initialize(), status, "text/plain", "no"));
  Exchange& stream = Story::replied(story.sent("GET", "/sse", "handshake"), 200, "text/event-stream", "");
  stream.events = {event_of("endpoint", "/messages")};
  stream.events_seen = 1;
  return story;
}

Story looked_at(std::string_view first, std::string_view second, int status) {
  Story story;
  Story::replied(story.sent("GET", "/sse", std::string(first)), 200, "text/event-stream", "");
  Story::replied(story.sent("POST", "/messages", std::string(second), {{"method", "tools/call"}, {"id", 1}}), status,
                 "", "");
  return story;
}

void progress(Story& story, std::size_t exchange, Micros at) {
  Received& received = story.run.trace.received.emplace_back();
  received.exchange = exchange;
  received.at = at;
  received.value = json{{"method", "notifications/progress"}};
}

}  // namespace

TEST_CASE("R-TRANSPORT: a refusal says it, an error of the server's does not") {
  CHECK(follows(old_server(405), "R-TRANSPORT"));
  CHECK_FALSE(follows(old_server(500), "R-TRANSPORT"));
}

TEST_CASE("R-ENDPOINT: a URL that took a message is the right one") {
  Story story = old_server(405);
  story.run.trace.exchanges[0].transport = story.run.trace.exchanges[1].transport = TransportKind::http_sse;
  Story::replied(story.sent("POST", "/messages", "handshake", {{"method", "ping"}, {"id", 2}}), 404, "text/plain", "");
  CHECK(follows(story, "R-ENDPOINT"));
  Story::replied(story.sent("POST", "/messages", "handshake", {{"method", "ping"}, {"id", 3}}), 202, "", "");
  CHECK_FALSE(follows(story, "R-ENDPOINT"));
}

TEST_CASE("R-VOID: a message for a closed stream is lost only where it is accepted") {
  CHECK(follows(looked_at("diagnosis/void/get", "diagnosis/void/post", 202), "R-VOID"));
  CHECK_FALSE(follows(looked_at("diagnosis/void/get", "diagnosis/void/post", 404), "R-VOID"));
}

TEST_CASE("R-NO-PROGRESS: progress is missing on the stream of its call") {
  Story story = looked_at("diagnosis/progress/get", "diagnosis/progress/call", 200);
  CHECK_FALSE(follows(story, "R-NO-PROGRESS"));
  progress(story, 0, 10);
  CHECK(follows(story, "R-NO-PROGRESS"));
  progress(story, 1, 20);
  CHECK_FALSE(follows(story, "R-NO-PROGRESS"));
}

TEST_CASE("R-PRIMING: an event with empty data is new to sessions before 2025-11-25 only") {
  Story story;
  Exchange& stream = Story::replied(story.initialize(), 200, "text/event-stream", "");
  stream.events = {event_of("", "")};
  stream.events[0].id = "1";
  stream.revision = "2025-06-18";
  CHECK(follows(story, "R-PRIMING"));
  stream.revision = "2025-11-25";
  CHECK_FALSE(follows(story, "R-PRIMING"));
}

TEST_CASE("R-BUFFERED: events close together at the start of a call were not held back until its end") {
  Story story;
  Exchange& call = story.sent("POST", "/mcp", "stream.burst",
                              {{"method", "tools/call"}, {"id", 7}, {"params", {{"_meta", {{"progressToken", 1}}}}}});
  Story::replied(call, 200, "text/event-stream", "");
  const Micros end = call.request.at + 600 * kMillisecond;
  for (const Micros at : {3, 2, 1}) progress(story, 0, end - at * kMillisecond);
  Received& response = story.run.trace.received.emplace_back();
  response.at = end;
  response.answers = 0;
  response.value = json{{"id", 7}, {"result", json::object()}};
  CHECK(follows(story, "R-BUFFERED"));
  for (std::size_t i = 0; i < 3; ++i) story.run.trace.received[i].at -= 500 * kMillisecond;
  CHECK_FALSE(follows(story, "R-BUFFERED"));
}
