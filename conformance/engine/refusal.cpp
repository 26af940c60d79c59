#include "conformance/engine/refusal.hpp"

#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"

namespace mcplumb {
namespace {

constexpr int kInternalError = -32603;

// The JSON-RPC response of an exchange, from its body or from the channel; null if there is none.
nlohmann::json message_of(const Exchange& exchange) {
  const auto parsed = [](const std::string& text) {
    Result<nlohmann::json> value = parse_json(text, {}, nullptr);
    return value ? std::move(*value) : nlohmann::json();
  };
  if (exchange.answer) return parsed(exchange.answer->data);
  if (!exchange.is_event_stream()) return parsed(exchange.body);
  for (const StreamEvent& event : exchange.events) {
    nlohmann::json message = parsed(event.data);
    if (message.contains("result") || message.contains("error")) return message;
  }
  return nullptr;
}

}  // namespace

RevisionLook::Found found_of_refusal(const Exchange& asked) {
  const nlohmann::json message = message_of(asked);
  const ReplyOrigin origin = reply_origin(asked);
  // A program that ends has not stumbled over this request alone: there is no such thing for it.
  if (asked.failure && !asked.over_http() &&
      (asked.failure->kind == FailureKind::empty || asked.failure->kind == FailureKind::cut))
    return RevisionLook::Found::refused;
  if (asked.failure || origin.is_foreign() || asked.status() >= 500) return RevisionLook::Found::unknown;
  if (const nlohmann::json* code = error_code(message))
    return *code == kInternalError ? RevisionLook::Found::unknown : RevisionLook::Found::refused;
  const bool refused = asked.status() >= 400 && !origin.has_message;
  return refused ? RevisionLook::Found::refused : RevisionLook::Found::unknown;
}

}  // namespace mcplumb
