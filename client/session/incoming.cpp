#include "client/session/incoming.hpp"

#include "client/http/media_type.hpp"
#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kEventsKept = 200;
constexpr std::size_t kReceivedKept = 20'000;       // messages of the whole run; later ones are lost to judging
constexpr std::size_t kEventBytesKept = 64 * 1024;  // of all events of one reply

}  // namespace

StreamableHttp::Incoming::Incoming(StreamableHttp& transport, nlohmann::json message, SendOptions options)
    : message_(std::move(message)), options_(std::move(options)), transport_(transport) {}

void StreamableHttp::Incoming::on_headers(Exchange& exchange) {
  record_ = &exchange;
  const std::string type = media_type(exchange.header("content-type").value_or(""));
  if (type == "text/event-stream") {
    parser_.emplace(static_cast<SseParser::Sink&>(*this));
  } else if (type == "application/json") {
    is_json_ = true;
  }
  const bool initialize = message_.is_object() && message_.value("method", "") == "initialize";
  transport_.take_session_id(exchange, initialize);
}

void StreamableHttp::Incoming::on_body(Exchange& exchange, std::string_view bytes) {
  if (parser_) {
    parser_->feed(bytes);
  } else if (is_json_) {
    if (json_.size() + bytes.size() > transport_.options_.message_max) {
      transport_.http_.cancel(
          exchange.number, FailureKind::too_large,
          "the JSON body is larger than " + std::to_string(transport_.options_.message_max >> 20) + " MiB");
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

std::size_t StreamableHttp::Incoming::room_for_event(std::size_t wanted) const {
  return std::min(wanted, kEventBytesKept - std::min(kEventBytesKept, event_bytes_));
}

void StreamableHttp::Incoming::on_event(const SseEvent& event) {
  Exchange& exchange = *record_;
  const Micros now = transport_.http_.loop().now();
  ++exchange.events_seen;
  attempts_ = 0;
  if (event.retry_ms) retry_ms_ = event.retry_ms;
  if (event.id) last_event_id_ = std::string(*event.id);
  std::optional<std::size_t> index;
  if (exchange.events.size() < kEventsKept) {
    index = exchange.events.size();
    const std::size_t kept = room_for_event(event.data.size());
    event_bytes_ += kept;
    StreamEvent& record = exchange.events.emplace_back();
    record.at = now;
    record.type = std::string(event.type);
    if (event.id) record.id = std::string(*event.id);
    record.retry_ms = event.retry_ms;
    record.has_data = event.has_data;
    record.data = std::string(event.data.substr(0, kept));
    record.data_cut = kept < event.data.size();
  }
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
  Trace& trace = transport_.http_.trace();
  if (text.size() > transport_.options_.message_max) {
    transport_.http_.cancel(
        record_->number, FailureKind::too_large,
        "one message is larger than " + std::to_string(transport_.options_.message_max >> 20) + " MiB");
    return;
  }
  if (++messages_ > transport_.options_.messages_max) {
    if (messages_ == transport_.options_.messages_max + 1)
      transport_.http_.cancel(
          record_->number, FailureKind::too_large,
          "more than " + std::to_string(transport_.options_.messages_max) + " messages on one reply");
    return;
  }
  if (trace.received.size() >= kReceivedKept) return;
  Received& message = trace.received.emplace_back();
  message.at = at;
  message.exchange = record_->number;
  message.event = event;
  std::vector<std::string> duplicates;
  if (Result<nlohmann::json> parsed = parse_json(text, {}, &duplicates)) {
    message.value = std::move(*parsed);
    if (!duplicates.empty()) message.problem = "duplicate key \"" + duplicates.front() + "\"";
  } else {
    message.problem = parsed.error().what;
  }
  if (expects_response() && message.value.is_object() && message.value.contains("id") &&
      message.value["id"] == message_["id"] && !message.value.contains("method"))
    answered_ = true;
  transport_.received(trace.received.size() - 1);
}

bool StreamableHttp::Incoming::resumable(const Exchange& exchange) const {
  if (!options_.resume || answered_ || !expects_response() || last_event_id_.empty() || exchange.closed_by_us)
    return false;
  if (attempts_ >= transport_.options_.resume_attempts) return false;
  const bool by_peer =
      !exchange.failure || exchange.failure->kind == FailureKind::cut || exchange.failure->kind == FailureKind::empty;
  return by_peer && (exchange.status() == 200 || exchange_ != origin_);
}

}  // namespace mcplumb
