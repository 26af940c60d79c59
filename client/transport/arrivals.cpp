#include "client/transport/arrivals.hpp"

#include <algorithm>
#include <new>

#include "client/no_memory.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kAlwaysKept = 160;       // bytes of an event
constexpr std::size_t kNameKept = 4 * 1024;    // of its type, and of its id
constexpr std::size_t kReceivedKept = 20'000;  // messages of the whole run

// Who takes larger messages than usual (--max-reply) takes more of them, too.
std::size_t in_measure(std::size_t count, std::size_t largest) {
  return count * std::max<std::size_t>(1, largest / Arrivals::Limits{}.message);
}

// "more than 5000 messages on one reply, mcplumb's own limit; --max-reply raises it"
std::string too_many(std::size_t most, std::string_view of_what) {
  return more_than_own_limit(most, of_what) + std::string(kRaised);
}

}  // namespace

std::optional<std::size_t> Arrivals::add_event(const SseEvent& event, Micros now) {
  Exchange& exchange = trace_.exchanges[exchange_];
  ++exchange.events_seen;
  if (exchange.events.size() >= limits_.events) return std::nullopt;
  const auto room_for = [&](std::size_t size) {
    const std::size_t taken = trace_.excerpts.take_some(size);
    exchange.starved = exchange.starved || taken < size;
    return taken;
  };
  if (room_for(sizeof(StreamEvent)) < sizeof(StreamEvent)) return std::nullopt;
  // The first bytes of each are kept in any case: what is cut must not look as if nothing had come.
  const std::size_t left = limits_.event_bytes - std::min(limits_.event_bytes, event_bytes_);
  const std::size_t kept = room_for(std::min(event.data.size(), std::max(left, kAlwaysKept)));
  const auto name = [&](std::string_view text) {
    return std::string(text.substr(0, room_for(std::min(text.size(), kNameKept))));
  };
  event_bytes_ += kept;
  StreamEvent& record = exchange.events.emplace_back();
  record.at = now;
  record.type = name(event.type);
  if (event.id) record.id = name(*event.id);
  record.retry_ms = event.retry_ms;
  record.has_data = event.has_data;
  record.data = std::string(event.data.substr(0, kept));
  record.data_cut = kept < event.data.size();
  return exchange.events.size() - 1;
}

std::optional<std::size_t> Arrivals::add_message(std::string_view text, Micros at, std::optional<std::size_t> event,
                                                 std::string& overflow) {
  const std::size_t of_reply = in_measure(limits_.messages, limits_.message),
                    of_run = in_measure(kReceivedKept, limits_.message);
  if (text.size() > limits_.message)
    overflow = "one message is " + beyond_own_limit(limits_.message);
  else if (++messages_ > of_reply)
    overflow = too_many(of_reply, "messages on one reply");
  else if (trace_.received.size() >= of_run)
    overflow = too_many(of_run, "messages in one run");
  if (!overflow.empty()) return std::nullopt;
  try {
    return keep(take_message(trace_.messages, text, limits_.message), at, event, overflow);
  } catch (const std::bad_alloc&) {
    overflow = kNoMemory;
    return std::nullopt;
  }
}

std::optional<std::size_t> Arrivals::keep(TakenMessage taken, Micros at, std::optional<std::size_t> event,
                                          std::string& overflow) {
  overflow = std::move(taken.overflow);
  if (!overflow.empty()) return std::nullopt;
  Received& message = trace_.received.emplace_back();
  message.at = at;
  message.exchange = exchange_;
  message.event = event;
  message.value = std::move(taken.value);
  message.problem = std::move(taken.problem);
  return trace_.received.size() - 1;
}

}  // namespace mcplumb
