#include "conformance/record/timing.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

constexpr Micros kShortest = 250 * kMillisecond;  // of a call that can tell
constexpr std::size_t kFewest = 3;                // events
constexpr Micros kLateAnyway = 50 * kMillisecond;

const nlohmann::json* token_of(const Exchange& call) {
  const nlohmann::json* params = member(call.message, "params");
  const nlohmann::json* meta = params != nullptr ? member(*params, "_meta") : nullptr;
  return meta != nullptr ? member(*meta, "progressToken") : nullptr;
}

const Received* response_in(const Trace& trace, std::size_t exchange) {
  const auto found = std::find_if(trace.received.begin(), trace.received.end(),
                                  [&](const Received& each) { return each.answers == exchange; });
  return found == trace.received.end() ? nullptr : &*found;
}

}  // namespace

std::vector<bool> sent_beside_others(const Trace& trace) {
  std::vector<bool> beside(trace.exchanges.size());
  const Exchange* last = nullptr;  // the one that ends last of those before
  for (const Exchange& exchange : trace.exchanges) {
    if (exchange.is_channel() || exchange.request.method == "GET" || exchange.ended == kNever) continue;
    const bool meets = last != nullptr && exchange.request.at < last->ended;
    if (meets) beside[exchange.number] = beside[last->number] = true;
    if (last == nullptr || exchange.ended > last->ended) last = &exchange;
  }
  return beside;
}

Micros longest_stall(const std::vector<Stall>& stalls, Micros from, Micros to) {
  Micros longest = 0;
  for (const Stall& stall : stalls)
    longest = std::max(longest, std::min(to, stall.at + stall.span) - std::max(from, stall.at));
  return longest;
}

bool is_too_busy(const Trace& trace, Micros from, Micros to) {
  const Micros longest = longest_stall(trace, from, to);
  return longest >= kLateAnyway && longest * 8 >= to - from;
}

// k events of a call of length T were written about T / k apart.
bool ProgressSample::in_a_burst() const {
  const auto gaps = static_cast<Micros>(events - 1);
  return spread * 5 < whole / static_cast<Micros>(events) * gaps && to_end <= whole / 4;
}

bool ProgressSample::headers_at_end() const { return headers * 10 >= whole * 9; }

std::vector<ProgressSample> progress_samples(const Trace& trace) {
  std::vector<ProgressSample> samples;
  for (const Exchange& call : trace.exchanges) {
    if (!call.is_event_stream() || call.reply() == nullptr || token_of(call) == nullptr) continue;
    const Received* response = response_in(trace, call.number);
    if (response == nullptr || response->at - call.request.at < kShortest) continue;
    std::vector<Micros> moments;
    for (const Received& received : trace.received)
      if (received.exchange == call.number && string_member(received.value, "method") == "notifications/progress")
        moments.push_back(received.at);
    ProgressSample sample;
    sample.call = &call;
    sample.events = moments.size();
    sample.whole = response->at - call.request.at;
    if (!moments.empty()) sample.spread = moments.back() - moments.front();
    if (!moments.empty()) sample.to_end = response->at - moments.front();
    sample.headers = call.reply()->at - call.request.at;
    sample.busy = is_too_busy(trace, call.request.at, response->at);
    if (sample.events >= kFewest) samples.push_back(sample);
  }
  return samples;
}

HeldBack are_held_back(const std::vector<ProgressSample>& samples, bool (ProgressSample::*late)() const) {
  std::size_t good = 0;
  for (const ProgressSample& sample : samples) {
    if (!(sample.*late)()) return HeldBack::no;
    good += sample.busy ? 0 : 1;
  }
  if (samples.empty()) return HeldBack::unknown;
  if (good >= 2) return HeldBack::yes;
  return good == samples.size() ? HeldBack::unknown : HeldBack::too_busy;
}

std::optional<Micros> median_latency(const Trace& trace) {
  constexpr std::size_t kEnough = 2;
  const std::vector<bool> beside = sent_beside_others(trace);
  std::vector<Micros> spans, of_all;
  for (const Received& received : trace.received) {
    if (!received.answers) continue;
    const Exchange& asked = trace.exchanges[*received.answers];
    if (asked.deliberate || string_member(asked.message, "method") == "tools/call") continue;
    of_all.push_back(received.at - asked.request.at);
    if (!beside[asked.number]) spans.push_back(of_all.back());
  }
  if (spans.size() < kEnough) spans = std::move(of_all);
  if (spans.size() < kEnough) return std::nullopt;
  const auto middle = spans.begin() + static_cast<std::ptrdiff_t>(spans.size() / 2);
  std::nth_element(spans.begin(), middle, spans.end());
  return *middle;
}

}  // namespace mcplumb
