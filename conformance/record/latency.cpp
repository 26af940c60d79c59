#include "conformance/record/latency.hpp"

#include <map>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/record/timing.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kLongestName = 200;

double milliseconds(Micros span) { return static_cast<double>(span) / kMillisecond; }

// From a request that was in order to its response; of those that were sent alone, if there are any. A call takes as
// long as its tool, and says nothing of the method.
std::map<std::string, std::vector<Micros>> spans_by_method(const Trace& trace) {
  std::map<std::string, std::vector<Micros>> spans, spans_beside;
  const std::vector<bool> beside = sent_beside_others(trace);
  for (const Received& received : trace.received) {
    if (!received.answers || member(received.value, "result") == nullptr) continue;
    const Exchange& exchange = trace.exchanges[*received.answers];
    const std::string method(string_member(exchange.message, "method"));
    if (!exchange.deliberate && !method.empty() && method != "tools/call")
      (beside[exchange.number] ? spans_beside : spans)[method].push_back(received.at - exchange.request.at);
  }
  spans.merge(spans_beside);
  return spans;
}

void add_uses(std::vector<Observation>& all, const std::string& kind, const std::string& what,
              const std::vector<ToolUse>& uses) {
  for (const ToolUse& use : uses) {
    const std::string name = shortened(use.tool, kLongestName);
    if (use.times.calls > 0) all.push_back(latency_observation(kind + "." + name, what + name, use.times));
  }
}

}  // namespace

std::string_view subject_of_latency(const Observation& observation) {
  std::string_view id = observation.id;
  if (id.ends_with(kLatencyEnd)) id.remove_suffix(kLatencyEnd.size());
  return id;
}

std::string in_words(const ToolTimes& times) {
  return "median " + span_text(times.median) + ", p95 " + span_text(times.p95) + ", " +
         plural(times.calls, "call", "calls");
}

Observation latency_observation(const std::string& subject, std::string title, const ToolTimes& times) {
  Observation made;
  made.id = subject + std::string(kLatencyEnd);
  made.title = std::move(title);
  made.value = in_words(times);
  made.number = milliseconds(times.median);
  made.unit = "ms";
  made.low = milliseconds(times.low);
  made.high = milliseconds(times.high);
  made.samples = {times.calls, milliseconds(times.p95), milliseconds(times.most)};
  return made;
}

void add_latencies(Run& run) {
  if (run.exercise) {
    add_uses(run.observations, "tool", "a call of the tool ", run.exercise->tools);
    add_uses(run.observations, "resource", "reading the resource ", run.exercise->resources);
    add_uses(run.observations, "prompt", "fetching the prompt ", run.exercise->prompts);
  }
  for (auto& [method, spans] : spans_by_method(run.trace))
    run.observations.push_back(latency_observation("request." + shortened(method, kLongestName),
                                                   "an answer to " + shortened(method, kLongestName),
                                                   times_of(std::move(spans))));
}

}  // namespace mcplumb
