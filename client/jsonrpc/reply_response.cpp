#include "client/jsonrpc/reply_response.hpp"

#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

nlohmann::json parsed(const std::string& text) {
  Result<nlohmann::json> value = parse_json(text, {}, nullptr);
  return value ? std::move(*value) : nlohmann::json();
}

}  // namespace

nlohmann::json response_in_reply(const Exchange& exchange) {
  if (!exchange.is_event_stream()) return exchange.body_cut ? nlohmann::json() : parsed(exchange.body);
  for (const StreamEvent& event : exchange.events) {
    nlohmann::json message = parsed(event.data);
    if (message.contains("result") || message.contains("error")) return message;
  }
  return nullptr;
}

}  // namespace mcplumb
