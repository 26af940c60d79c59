#include "conformance/causes/measured.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {

Measured::Measured(const Run& run) : run_(run) {
  const auto& exchanges = run.trace.exchanges;
  for (const Received& received : run.trace.received) {
    if (!received.value.is_object()) continue;
    if (is_request(received.value)) requests_.push_back(&received);
    if (received.value.contains("method")) continue;
    const std::size_t number = received.answers.value_or(received.exchange);
    if (number >= exchanges.size()) continue;
    const Exchange& asked = exchanges[number];
    const std::string_view method = string_member(asked.message, "method");
    if (!method.empty()) answers_.push_back({&asked, &received.value, method});
  }
}

const Measured::Answer* Measured::answer_to(const Exchange& exchange) const {
  const auto found =
      std::find_if(answers_.begin(), answers_.end(), [&](const Answer& each) { return each.asked == &exchange; });
  return found == answers_.end() ? nullptr : &*found;
}

const Exchange* Measured::probe(std::string_view purpose) const {
  for (const Exchange& exchange : run_.trace.exchanges)
    if (exchange.purpose == purpose) return &exchange;
  return nullptr;
}

}  // namespace mcplumb
