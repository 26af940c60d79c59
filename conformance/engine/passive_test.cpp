#include "conformance/engine/passive.hpp"

#include <doctest/doctest.h>

#include "client/jsonrpc/take_message.hpp"
#include "conformance/engine/test_judge.hpp"
#include "conformance/language/reader.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kTextMax = 1024 * 1024;

std::string long_list(std::size_t id) {
  std::string text =
      R"({"jsonrpc": "2.0", "id": )" + std::to_string(id) + R"(, "result": {"tools": [{"name": "first"})";
  for (int i = 1; i < 100; ++i) text += R"(, {"name": "another tool"})";
  return text + "]}}";
}

// A session in which the same list came as the response to requests of these methods; what is kept of it is one value.
struct SameAnswers {
  explicit SameAnswers(const std::vector<std::string>& methods) {
    for (const std::string& method : methods) {
      Exchange& exchange = trace.exchanges.emplace_back();
      exchange.number = trace.exchanges.size() - 1;
      exchange.session = "s1";
      exchange.revision = "2025-11-25";
      exchange.transport = TransportKind::stdio;
      exchange.message = {{"id", exchange.number}, {"method", method}};
      Received received;
      received.exchange = exchange.number;
      received.answers = exchange.number;
      received.value = take_message(store, long_list(exchange.number), kTextMax).value;
      trace.received.push_back(std::move(received));
    }
  }

  // The exchanges whose answers break a check of these words, and how many were judged.
  std::vector<std::size_t> broken_by(const std::string& words, std::size_t judged) {
    const std::string text =
        "suite: s\ntitle: T\nchecks:\n  - {id: a, title: T, level: must, watch: response, " + words + "}\n";
    const ReadResult read = read_suite(text, "s.yaml");
    REQUIRE_MESSAGE(read.problems.empty(), render(read.problems.front()));
    const NoSessions sessions;
    PassiveJudge judge(trace, sessions.pool, 0, "2025-11-25");
    const JudgeResult result =
        judge.judge(read.suite.checks.front(), read.suite, [](std::string_view) { return Verdict::fail; });
    CHECK(result.judged == judged);
    std::vector<std::size_t> exchanges;
    for (const Finding& finding : result.findings) exchanges.push_back(*finding.exchange);
    return exchanges;
  }

  MessageStore store;
  Trace trace;
};

using Exchanges = std::vector<std::size_t>;

// Two sessions over HTTP+SSE, each with a request of the same id; on both streams the same message comes.
struct SameMessageOnTwoStreams : SameAnswers {
  SameMessageOnTwoStreams(const char* first, const char* second) : SameAnswers({}) {
    for (const char* method : {first, second}) {
      Exchange& stream = trace.exchanges.emplace_back();
      stream.number = trace.exchanges.size() - 1;
      stream.channel = stream.number;
      stream.session = "s" + std::to_string(stream.number);
      stream.revision = "2025-11-25";
      stream.transport = TransportKind::http_sse;
      stream.request.method = "GET";
      stream.blocks.push_back({"HTTP/1.1", 200, "OK", {{"Content-Type", "text/event-stream"}}, 1});
      Exchange request = stream;
      request.number = trace.exchanges.size();
      request.message = {{"id", 2}, {"method", method}};
      Received received;
      received.at = 1;
      received.exchange = stream.number;
      received.answers = request.number;
      received.value = json{
          {"jsonrpc", "2.0"}, {"id", 2}, {"result", {{"content", json::array()}, {"structuredContent", {{"a", 1}}}}}};
      trace.exchanges.push_back(std::move(request));
      trace.received.push_back(std::move(received));
    }
  }
};

}  // namespace

TEST_CASE("passive: equal messages are looked at once, where that says the same of all") {
  SameAnswers answers({"tools/list", "tools/list", "tools/list"});
  REQUIRE(&answers.trace.received[0].value.json() == &answers.trace.received[2].value.json());
  CHECK(answers.broken_by("expect: {result.tools: {size: 100}}", 3).empty());
  CHECK(answers.broken_by("expect: {message.result.tools: {size: {max: 5}}}", 3) == Exchanges{0, 1, 2});
}

TEST_CASE("passive: what differs in equal messages is looked at in each") {
  SameAnswers answers({"tools/list", "prompts/list", "tools/list"});
  CHECK(answers.broken_by("where: {request.method: prompts/list}, expect: {message.result.tools: {absent: true}}", 1) ==
        Exchanges{1});
  CHECK(answers.broken_by("expect: {request.method: tools/list}", 3) == Exchanges{1});
  CHECK(answers.broken_by("expect: {message.id: {max: 1}}", 3) == Exchanges{2});
  CHECK(answers.broken_by("expect: {request.id: {max: 1}}", 3) == Exchanges{2});
  CHECK(answers.broken_by("where: {message.id: {min: 1}}, expect: {message.result.tools: {size: 5}}", 2) ==
        Exchanges{1, 2});
}

TEST_CASE("passive: the same answer to the same request in two sessions is of each, one to another request is a copy") {
  const std::string words = "conforms: [tools/call.structuredContent]";
  CHECK(SameMessageOnTwoStreams("tools/call", "tools/call").broken_by(words, 2).empty());
  CHECK(SameMessageOnTwoStreams("tools/call", "ping").broken_by(words, 0).empty());
}

TEST_CASE("passive: of the same answer to the same request in two sessions, what comes again is a copy") {
  SameMessageOnTwoStreams streams("ping", "ping");
  streams.trace.received.push_back(streams.trace.received.front());
  CHECK(judged_by("exactly-one-response", streams.trace, {}).findings.empty());
  streams.trace.received.erase(streams.trace.received.begin() + 1);  // the other session got none
  CHECK(judged_by("exactly-one-response", streams.trace, {}).findings.size() == 1);
}

}  // namespace mcplumb
