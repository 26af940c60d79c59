#include "conformance/causes/stream_ends.hpp"

#include <algorithm>

#include "client/clock.hpp"
#include "client/jsonrpc/message.hpp"
#include "conformance/causes/describe_exchange.hpp"

namespace mcplumb {
namespace {

constexpr Micros kShortestTimeout = 900 * kMillisecond;
constexpr Micros kTimerEarly = 40 * kMillisecond, kTimerLate = 200 * kMillisecond;

bool was_for_request(const Exchange& stream) {
  return stream.request.method == "POST" && stream.message.is_object() && stream.message.contains("id");
}

}  // namespace

Micros silence_before_end(const Exchange& stream) {
  Micros last = stream.reply()->at;
  for (const Chunk& chunk : stream.chunks) last = std::max(last, chunk.at);
  const Micros silence = stream.ended - last, whole = stream.ended - stream.request.at;
  // Nothing came but the headers, which may have been under way for a while: then it was silent since the request.
  return stream.body_size == 0 && !is_round_time(silence) && is_round_time(whole) ? whole : silence;
}

bool is_round_time(Micros span) {
  const Micros beyond = (span + kTimerEarly) % kSecond;
  return span >= kShortestTimeout && beyond <= kTimerEarly + kTimerLate;
}

bool ended_too_early(const Exchange& stream) {
  if (stream.failure) return stream.failure->kind == FailureKind::cut;
  return was_for_request(stream) && stream.body_size == 0 && stream.events_seen == 0 && !stream.closed_by_us &&
         stream.ended != kNever;
}

bool is_cut_by_read_timeout(const Exchange& stream) {
  if (!was_for_request(stream) || !stream.is_event_stream() || stream.ended == kNever || stream.closed_by_us)
    return false;
  if (stream.failure && stream.failure->kind != FailureKind::cut) return false;
  const Micros silence = silence_before_end(stream);
  return silence >= kShortestTimeout && (is_round_time(silence) || !describe_proxy(stream).empty());
}

}  // namespace mcplumb
