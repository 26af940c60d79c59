#include "client/transport/incoming.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
StreamableHttp::Incoming::Incoming(StreamableHttp& transport, nlohmann::json message, SendOptions options)
    : message_(std::move(message)), options_(std::move(options)), transport_(transport) {}

void StreamableHttp::Incoming::on_headers(Exchange& exchange) {
  record_ = &exchange;
  const std::string type = media_type(exchange.header("content-type").value_or(""));
  if (type == "text/event-stream") {
    const std::size_t most = std::max(SseParser::Limits{}.event, transport_.options_.message_max);
    parser_.emplace(static_cast<SseParser::Sink&>(*this), SseParser::Limits{most, most});
  } else if (type == "application/json") {
    is_json_ = true;
  }
  Arrivals::Limits limits;
  limits.message = transport_.options_.message_max;
  limits.messages = transport_.options_.messages_max;
  arrivals_.emplace(transport_.http_.trace(), exchange.number, limits);
  const bool initialize = message_.is_object() && message_.value("method", "") == "initialize";
  transport_.receive_session_id(exchange, initialize);
}

void StreamableHttp::Incoming::on_body(Exchange& exchange, std::string_view bytes) {
  if (parser_) {
    parser_->feed(bytes);
    exchange.unfinished = parser_->unfinished();
  } else if (is_json_) {
    if (json_.size() + bytes.size() > transport_.options_.message_max) {
      transport_.http_.cancel(exchange.number, FailureKind::too_large,
                              "the JSON body is " + beyond_own_limit(transport_.options_.message_max));
      is_json_ = false;
      return;
    }
    json_ += bytes;
  }
}

void StreamableHttp::Incoming::on_end(Exchange& exchange) {
  record_ = &exchange;
  if (parser_) parser_->finish();
  if (is_json_ && !exchange.failure && !json_.empty()) deliver(json_, exchange.ended, std::nullopt);
  json_.clear();
  transport_.ended(*this);  // may destroy this
}

void StreamableHttp::Incoming::on_event(const SseEvent& event) {
  const Micros now = transport_.http_.loop().now();
  attempts_ = 0;
  if (event.retry_ms) retry_ms_ = event.retry_ms;
  if (event.id) last_event_id_ = std::string(*event.id);
  const std::optional<std::size_t> index = arrivals_->add_event(event, now);
  if (event.type == "endpoint" && record_->events_seen == 1 && expects_response())
    return transport_.http_.cancel(
        record_->number, FailureKind::malformed,
        "the POST was answered with an `endpoint` event: this is HTTP+SSE, the transport of 2024-11-05");
  // Clients skip events with empty data: that is how a stream is primed with an id (2025-11-25).
  if (event.has_data && !event.data.empty()) deliver(event.data, now, index);
}

void StreamableHttp::Incoming::on_comment(std::string_view) {
  Exchange& exchange = *record_;
  if (exchange.comments_seen++ == 0) exchange.first_comment = transport_.http_.loop().now();
}

void StreamableHttp::Incoming::on_overflow(std::string_view what) {
  transport_.http_.cancel(record_->number, FailureKind::too_large, std::string(what));
}

void StreamableHttp::Incoming::deliver(std::string_view text, Micros at, std::optional<std::size_t> event) {
  if (spent_) return;
  std::string overflow;
  const std::optional<std::size_t> index = arrivals_->add_message(text, at, event, overflow);
  if (!overflow.empty() && record_->ended != kNever)
    record_->failure = Failure{FailureKind::too_large, overflow, at};
  else if (!overflow.empty())
    transport_.http_.cancel(record_->number, FailureKind::too_large, overflow);
  spent_ = !overflow.empty();
  if (!index) return;
  const nlohmann::json& message = transport_.http_.trace().received[*index].value;
  if (expects_response() && message.is_object() && message.contains("id") && message["id"] == message_["id"] &&
      !message.contains("method"))
    answered_ = true;
  transport_.received(*index, *this);
}

bool StreamableHttp::Incoming::resumable(const Exchange& exchange) const {
  if (!options_.resume || transport_.is_stateless() || answered_ || !expects_response() || last_event_id_.empty() ||
      exchange.closed_by_us)
    return false;
  if (attempts_ >= transport_.options_.resume_attempts) return false;
  const bool by_peer =
      !exchange.failure || exchange.failure->kind == FailureKind::cut || exchange.failure->kind == FailureKind::empty;
  return by_peer && (exchange.status() == 200 || exchange_ != origin_);
}

}  // namespace mcplumb
