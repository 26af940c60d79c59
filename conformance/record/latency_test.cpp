#include "conformance/record/latency.hpp"

#include <doctest/doctest.h>

namespace mcplumb {
namespace {

TEST_CASE("latency: what was called by itself is an observation, with its samples") {
  Run run;
  run.exercise.emplace();
  ToolUse& use = run.exercise->tools.emplace_back();
  use.tool = "echo";
  std::vector<Micros> spans;
  for (Micros i = 1; i <= 20; ++i) spans.push_back(i * kMillisecond);
  use.times = times_of(spans);
  run.exercise->tools.emplace_back().tool = "never called";
  run.exercise->resources.emplace_back().tool = "file:///a";
  run.exercise->resources.back().times = times_of({1000});
  run.exercise->prompts.emplace_back().tool = "ask";
  run.exercise->prompts.back().times = times_of({1000});
  add_latencies(run);
  REQUIRE(run.observations.size() == 3);
  CHECK(run.observations[1].id == "resource.file:///a.latency");
  CHECK(run.observations[2].id == "prompt.ask.latency");
  const Observation& made = run.observations.front();
  CHECK(made.id == "tool.echo.latency");
  CHECK(subject_of_latency(made) == "tool.echo");
  CHECK(made.number == 11);
  CHECK(made.low == 3);
  CHECK(made.high == 19);
  CHECK(made.samples == Observation::Samples{20, 20, 20});
  CHECK(made.value == "median 11 ms, p95 20 ms, 20 calls");
  CHECK(is_of_an_offer(made));
}

TEST_CASE("latency: of methods the answers count that were asked for in order, and are no errors") {
  Run run;
  const auto ask = [&](const char* method, Micros took, bool deliberate, nlohmann::json answer) {
    Exchange& exchange = run.trace.exchanges.emplace_back();
    exchange.number = run.trace.exchanges.size() - 1;
    exchange.message = {{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}};
    exchange.deliberate = deliberate;
    exchange.request.at = 1000;
    Received& received = run.trace.received.emplace_back();
    received.answers = exchange.number;
    received.at = 1000 + took;
    received.value = std::move(answer);
  };
  const nlohmann::json result = {{"id", 1}, {"result", nlohmann::json::object()}};
  ask("ping", 2 * kMillisecond, false, result);
  ask("ping", 900 * kMillisecond, true, result);
  ask("ping", 900 * kMillisecond, false, {{"id", 1}, {"error", {{"code", 1}}}});
  ask("tools/call", 900 * kMillisecond, false, result);
  add_latencies(run);
  REQUIRE(run.observations.size() == 1);
  CHECK(run.observations[0].id == "request.ping.latency");
  CHECK(run.observations[0].number == 2);
  CHECK_FALSE(is_of_an_offer(run.observations[0]));
}

}  // namespace
}  // namespace mcplumb
