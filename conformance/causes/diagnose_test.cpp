#include "conformance/causes/diagnose.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "client/clock.hpp"
#include "conformance/causes/fingerprints.hpp"
#include "conformance/causes/rules.hpp"
#include "conformance/causes/test_story.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace {

using Ids = std::vector<std::string>;
constexpr const char* kError = "Internal Server Error";
constexpr const char* kGood = R"({"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25"}})";

}  // namespace

TEST_CASE(
    "diagnosis: the same 500 for five different requests and 404 beside them is a session manager that does not run") {
  Story story;
  story.failed(Story::replied(story.initialize(), 500, "text/plain; charset=utf-8", kError));
  story.run.trace.exchanges.back().blocks.back().headers.push_back({"server", "uvicorn"});
  story.uniform();
  REQUIRE(story.rules() == Ids{"R-LIFESPAN", "R-RAISES"});
  CHECK(diagnose(story.run).back().confidence == Confidence::possible);
  const Diagnosis found = diagnose(story.run).front();
  CHECK(found.confidence == Confidence::likely);
  CHECK(found.evidence.at(0).find("6 different requests") != std::string::npos);
  CHECK(found.exchanges.size() == 7);
}

TEST_CASE("diagnosis: a traceback in the reply makes the lifespan certain") {
  Story story;
  story.failed(Story::replied(story.initialize(), 500, "text/plain",
                              "Traceback\nRuntimeError: Task group is not initialized. Make sure to use run().\n"));
  REQUIRE(story.rules() == Ids{"R-LIFESPAN"});
  CHECK(diagnose(story.run).front().confidence == Confidence::certain);
}

TEST_CASE("diagnosis: a 500 for initialize alone says nothing about the lifespan") {
  Story story;
  story.failed(Story::replied(story.initialize(), 500, "text/plain", kError));
  story.uniform(400, "Bad Request");
  CHECK(story.rules().empty());
}

TEST_CASE("diagnosis: the same 500 everywhere, beside the endpoint too, is another fault") {
  Story story;
  story.failed(Story::replied(story.initialize(), 500, "text/plain", kError));
  story.uniform();
  Story::replied(story.run.trace.exchanges.back(), 500, "text/plain", kError);
  CHECK(story.rules().empty());
}

TEST_CASE("diagnosis: the same 500 after good replies is a poisoned manager") {
  Story story;
  Story::replied(story.initialize(), 200, "application/json", kGood);
  Story::replied(story.sent("POST", "/mcp", "probe", {{"method", "ping"}, {"id", 2}}), 200, "application/json", kGood);
  Story::replied(story.sent("POST", "/mcp", "probe", {{"method", "ping"}, {"id", 3}}), 500, "text/plain", kError);
  story.uniform();
  CHECK(story.rules() == Ids{"R-POISONED", "R-RAISES"});
}

TEST_CASE("diagnosis: an empty 500 right after the first request is a reused transport") {
  Story story;
  Story::replied(story.initialize(), 200, "application/json", kGood);
  Story::replied(story.sent("POST", "/mcp", "handshake", {{"method", "notifications/initialized"}}), 500, "", "");
  CHECK(story.rules() == Ids{"R-SECOND"});
}

TEST_CASE("diagnosis: the first request that is answered may have been server/discover") {
  Story story;
  Exchange& discover = story.sent("POST", "/mcp", "handshake", {{"method", "server/discover"}, {"id", "discover"}});
  discover.deliberate = true;
  Story::replied(discover, 200, "application/json", R"({"jsonrpc":"2.0","id":"discover","error":{"code":-32601}})");
  story.failed(Story::replied(story.initialize(), 500, "text/plain; charset=utf-8", ""));
  SUBCASE("and nothing else is") {
    story.uniform(500, "");
    CHECK(story.rules() == Ids{"R-SECOND"});
  }
  SUBCASE("and others are, too: then initialize has a fault of its own") {
    story.uniform(400, "no");
    CHECK(story.rules().empty());
  }
}

TEST_CASE("diagnosis: measured facts of the process are taken up") {
  Story story;
  story.run.process_facts = ProcessFacts{};
  CHECK(story.rules().empty());
  SUBCASE("a core that is busy for nothing") {
    story.run.process_facts->idle_cpu = 0.97;
    story.run.process_facts->idle_window = 3 * kSecond;
    CHECK(story.rules() == Ids{"R-SPIN"});
  }
  SUBCASE("an idle process is none") {
    story.run.process_facts->idle_cpu = 0.01;
    CHECK(story.rules().empty());
  }
  SUBCASE("a process that TERM does not end") {
    story.run.process_facts->term = TermFacts{};
    story.run.process_facts->term->exited = false;
    story.run.process_facts->term->waited = 10 * kSecond;
    CHECK(story.rules() == Ids{"R-HANG"});
  }
  SUBCASE("one that ends") {
    story.run.process_facts->term = TermFacts{};
    story.run.process_facts->term->exited = true;
    CHECK(story.rules().empty());
  }
}

TEST_CASE("diagnosis: a busy core makes a blocked loop certain") {
  Story story;
  Exchange& first = story.initialize();
  first.failure = Failure{FailureKind::deadline, "the reply was not complete within the deadline", story.now};
  story.failed(first);
  for (const char* path : {"/mcp", "/nope"}) {
    Exchange& get = story.sent("GET", path, "diagnosis/alive/x");
    get.failure = first.failure;
  }
  REQUIRE(story.rules() == Ids{"R-STARVED"});
  CHECK(diagnose(story.run).front().confidence == Confidence::possible);
  story.run.process_facts = ProcessFacts{};
  story.run.process_facts->stalled_cpu = 1.01;
  CHECK(diagnose(story.run).front().confidence == Confidence::certain);
}

TEST_CASE("diagnosis: a redirect that leaves https is told from one to a slash") {
  Story story;
  Exchange& first = Story::replied(story.initialize(), 307, "", "");
  first.request.url = "https://h:1/mcp";
  first.blocks.back().headers.push_back({"location", "http://h:1/mcp/"});
  story.failed(first);
  REQUIRE(story.rules() == Ids{"R-REDIRECT"});
  CHECK(diagnose(story.run).front().sub_cause.find("leaves https") != std::string::npos);
  first.blocks.back().headers.back().value = "/mcp/";
  CHECK(diagnose(story.run).front().sub_cause.empty());
}

TEST_CASE("diagnosis: an idle stream must be silent for longer than a Python server's fifteen seconds") {
  for (const Micros span : {14 * kSecond, 20 * kSecond}) {
    Story story;
    Exchange& get = Story::replied(story.sent("GET", "/mcp", "stream.keepalive"), 200, "text/event-stream", "");
    get.request.headers = {{"Accept", "text/event-stream"}};
    get.ended = get.request.at + span;
    get.closed_by_us = true;
    CHECK((story.rules() == Ids{"R-SILENT"}) == (span > 16 * kSecond));
  }
}

TEST_CASE("diagnosis: what hurts most comes first") {
  Story story;
  Story::replied(story.initialize(), 200, "application/json", kGood);
  Story::replied(story.sent("POST", "/mcp", "diagnosis/size/65536"), 413, "", "Request body too large");
  for (const int status : {200, 404, 200, 404})
    Story::replied(story.sent("POST", "/mcp", "diagnosis/fresh/0"), status, "application/json", kGood);
  CHECK(story.rules() == Ids{"R-SESSION", "R-LIMIT"});
}

TEST_CASE("looks like: a server is named after what it answered") {
  Story story;
  Exchange& reply =
      Story::replied(story.sent("POST", "/mcp", "diagnosis/uniform/foreign-host"), 421, "", "Invalid Host header");
  CHECK(looks_like(story.run).size() == 1);
  reply.blocks.back().headers.push_back({"server", "uvicorn"});
  REQUIRE(looks_like(story.run).size() == 2);
  CHECK(looks_like(story.run)[0].what == "python mcp 1.23.0 or newer");
  CHECK(looks_like(story.run)[0].exchange == reply.number);
}

TEST_CASE("rules: every one is in the manual, has texts and a predicate, and explains only rules that exist") {
  std::ifstream in(MCPLUMB_SOURCE_DIR "/docs/diagnosis.md");
  const std::string manual{std::istreambuf_iterator<char>(in), {}};
  for (const Rule* rule : all_rules()) {
    CAPTURE(rule->id);
    CHECK(manual.find("### " + std::string(rule->id) + "\n") != std::string::npos);
    CHECK_FALSE(rule->title.empty());
    CHECK_FALSE(rule->cause.empty());
    CHECK_FALSE(rule->cure.empty());
    CHECK_FALSE(rule->links.empty());
    CHECK((rule->predicate != nullptr));
    CHECK(find_rule(rule->id) == rule);  // no other has its id
    for (const std::string_view other : rule->explains) CHECK(find_rule(other) != nullptr);
    for (const LogSign& sign : rule->log_signs) CHECK_FALSE(sign.text.empty());
  }
  CHECK(static_cast<std::size_t>(std::count(manual.begin(), manual.end(), '#')) > 3 * all_rules().size());
}

TEST_CASE("rules: all rows of all themes are there, the worst first") {
  const std::vector<const Rule*>& all = all_rules();
  CHECK(all.size() == start_rules().size() + uniform_rules().size() + server_rules().size() + process_rules().size() +
                          framing_rules().size() + wire_rules().size() + http_rules().size() + redirect_rules().size() +
                          access_rules().size() + request_rules().size() + stream_rules().size() +
                          idle_stream_rules().size());
  CHECK(std::is_sorted(all.begin(), all.end(), [](const Rule* a, const Rule* b) { return a->affects < b->affects; }));
  const auto place_of = [&](std::string_view id) { return std::find(all.begin(), all.end(), find_rule(id)); };
  CHECK(place_of("R-START") == all.begin());
  CHECK(place_of("R-LIFESPAN") < place_of("R-POISONED"));
  CHECK(place_of("R-PATH") < place_of("R-REDIRECT"));
  CHECK(place_of("R-SESSION") < place_of("R-BODY"));
  CHECK(place_of("R-CUT") < place_of("R-HANG"));
  CHECK(place_of("R-SPIN") < place_of("R-BUFFERED"));
  CHECK(place_of("R-NOISE") == all.end() - 1);
}

TEST_CASE("rules: nobody is told to pin starlette or anyio because of the lifespan") {
  const Rule* rule = find_rule("R-LIFESPAN");
  REQUIRE(rule != nullptr);
  for (const std::string_view bad : {"pin starlette", "pin anyio", "Pin starlette", "Pin anyio",
                                     "starlette==", "anyio==", "starlette<", "anyio<", "owngrade"})
    CHECK(explain(*rule).find(bad) == std::string::npos);
}
