#include "conformance/engine/refusal.hpp"

#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/jsonrpc/reply_response.hpp"

namespace mcplumb {
namespace {

nlohmann::json message_of(const Exchange& exchange) {
  if (!exchange.answer) return response_in_reply(exchange);
  Result<nlohmann::json> value = parse_json(exchange.answer->data, {}, nullptr);  // from the channel
  return value ? std::move(*value) : nlohmann::json();
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
