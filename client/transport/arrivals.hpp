// Writes what comes on one exchange into the trace, events and the messages in them, within bounds. Private to the
// transports.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client/http/sse_parser.hpp"
#include "client/jsonrpc/take_message.hpp"
#include "client/trace.hpp"

namespace mcplumb {

class Arrivals {
 public:
  struct Limits {
    std::size_t events = 200, event_bytes = 64 * 1024;  // kept in the exchange
    std::size_t message = 4 * 1024 * 1024;              // of one message, bytes
    std::size_t messages = 5000;                        // on this exchange; more where larger ones are taken
  };
  // A channel carries a whole session.
  static Limits channel_limits(std::size_t message_max) { return {5000, 128 * 1024, message_max, 20'000}; }

  Arrivals(Trace& trace, std::size_t exchange, Limits limits) : trace_(trace), exchange_(exchange), limits_(limits) {}

  // Records an event; its place in Exchange::events, if it was kept.
  std::optional<std::size_t> add_event(const SseEvent& event, Micros now);
  // Records a message; its place in Trace::received. Absent: the trace takes no more, a bound was passed, or there
  // is no memory; then `overflow` says which.
  std::optional<std::size_t> add_message(std::string_view text, Micros at, std::optional<std::size_t> event,
                                         std::string& overflow);

 private:
  std::optional<std::size_t> keep(TakenMessage taken, Micros at, std::optional<std::size_t> event,
                                  std::string& overflow);

  Trace& trace_;
  std::size_t exchange_;
  Limits limits_;
  std::size_t event_bytes_ = 0, messages_ = 0;
};

}  // namespace mcplumb
