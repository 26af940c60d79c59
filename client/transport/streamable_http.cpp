#include "client/transport/streamable_http.hpp"

#include <algorithm>

#include "client/http/headers.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "client/transport/incoming.hpp"

namespace mcplumb {
namespace {

// The header is required of clients from 2025-06-18 on, whatever was negotiated; older servers ignore it.
constexpr const char* kRevisionHeader = "MCP-Protocol-Version";
constexpr const char* kSessionHeader = "MCP-Session-Id";

}  // namespace

StreamableHttp::StreamableHttp(HttpClient& http, StreamableHttpOptions options)
    : http_(http), options_(std::move(options)) {}

StreamableHttp::~StreamableHttp() {
  observer_ = nullptr;
  for (auto& [origin, resumption] : resuming_) http_.loop().cancel(resumption.timer);
  for (auto& [number, incoming] : running_) http_.abandon(number);
}

// The session and what was agreed in it; in the stateless era what the message says instead.
void StreamableHttp::add_era_headers(Headers& headers, const nlohmann::json& message) const {
  if (is_stateless()) {
    for (Header& header : headers_of_message(message, revision_)) headers.push_back(std::move(header));
    if (options_.tools == nullptr) return;
    for (Header& header : options_.tools->headers_for(message)) headers.push_back(std::move(header));
    return;
  }
  if (!session_id_.empty()) headers.push_back({kSessionHeader, session_id_});
  if (!revision_.empty()) headers.push_back({kRevisionHeader, revision_});
}

HttpRequest StreamableHttp::compose(std::string method, std::optional<std::string> body, const nlohmann::json& message,
                                    const SendOptions& options) const {
  HttpRequest request;
  request.method = std::move(method);
  request.url = options_.url;
  request.body = std::move(body);
  request.headers_deadline = options.headers_deadline;
  request.deadline = options.deadline;
  request.repeatable = options.repeatable || request.method == "GET" || may_be_sent_again(message);
  Headers& headers = request.headers;
  if (request.method == "GET") {
    headers.push_back({"Accept", "text/event-stream"});
  } else if (request.method != "DELETE") {
    headers.push_back({"Accept", "application/json, text/event-stream"});
  }
  if (request.body) headers.push_back({"Content-Type", "application/json"});
  add_era_headers(headers, message);
  for (const Header& header : options_.headers) set_header(headers, header);
  set_headers(headers, options.headers);
  for (const std::string& name : options.without) remove_header(headers, name);
  return request;
}

void StreamableHttp::describe(Exchange& record, const SendOptions& options) const {
  record.transport = kind();
  record.session = options_.label;
  record.revision = revision_;
  record.purpose = options.purpose;
  record.deliberate = options.deliberate;
}

std::size_t StreamableHttp::begin(std::string method, std::optional<std::string> body, nlohmann::json message,
                                  const SendOptions& options) {
  auto incoming = std::make_unique<Incoming>(*this, std::move(message), options);
  HttpRequest request = compose(std::move(method), std::move(body), incoming->message_, options);
  Exchange& exchange = http_.start(std::move(request), *incoming, [&](Exchange& record) {
    describe(record, options);
    record.message = incoming->message_;
  });
  incoming->exchange_ = incoming->origin_ = exchange.number;
  keep_observer(http_, running_, exchange.number, std::move(incoming));
  return exchange.number;
}

std::size_t StreamableHttp::send(const nlohmann::json& message, const SendOptions& options) {
  return begin("POST", serialize(message), message, options);
}

std::optional<std::size_t> StreamableHttp::listen(const SendOptions& options) {
  return begin("GET", std::nullopt, nullptr, options);
}

std::optional<std::size_t> StreamableHttp::end_session(const SendOptions& options) {
  if (session_id_.empty()) return std::nullopt;
  return begin("DELETE", std::nullopt, nullptr, options);
}

std::optional<std::size_t> StreamableHttp::raw(std::string method, std::optional<std::string> body,
                                               const SendOptions& options) {
  nlohmann::json message;
  if (body) {
    if (Result<nlohmann::json> parsed = parse_json(*body, {}, nullptr)) message = std::move(*parsed);
  }
  SendOptions once = options;
  once.resume = false;  // a raw request is judged as it went
  return begin(std::move(method), std::move(body), std::move(message), once);
}

// The id comes with the reply to initialize; a server that changes it later is judged, not obeyed.
void StreamableHttp::receive_session_id(const Exchange& exchange, bool initialize) {
  if (!initialize || is_stateless() || !session_id_.empty() || exchange.status() >= 300) return;
  session_id_ = exchange.header(kSessionHeader).value_or("");
}

void StreamableHttp::received(std::size_t index, const Incoming& incoming) {
  if (options_.tools != nullptr && is_stateless() && string_member(incoming.message_, "method") == "tools/list")
    if (const nlohmann::json* result = member(http_.trace().received[index].value, "result"))
      options_.tools->learn(*result);
  if (observer_ != nullptr) observer_->on_message(index);
}

void StreamableHttp::ended(Incoming& incoming) {
  const auto node = running_.extract(incoming.exchange_);
  if (node.empty()) return;
  Exchange& exchange = http_.trace().exchanges[incoming.exchange_];
  if (incoming.resumable(exchange)) {
    std::string why = why_not_resumed(incoming);
    if (why.empty()) return resume_later(std::move(node.mapped()));
    exchange.failure = Failure{FailureKind::too_large, std::move(why), exchange.ended};
    http_.trace().exchanges[incoming.origin_].failure = exchange.failure;
  }
  const std::size_t origin = incoming.origin_;
  now_on_.erase(origin);
  if (observer_ != nullptr) observer_->on_reply_end(origin);
}

// A bound of ours; empty: it may be.
std::string StreamableHttp::why_not_resumed(const Incoming& incoming) {
  const std::string start = "the server ended the stream without the response ";
  if (incoming.resumptions_ >= options_.resumptions_max)
    return start + more_than_own_limit(options_.resumptions_max, "times");
  Allowance& of_run = http_.trace().resumptions;
  return of_run.take(1) ? "" : start + more_than_own_limit(of_run.whole(), "times in one run");
}

void StreamableHttp::resume_later(std::unique_ptr<Incoming> cut) {
  const Micros asked = cut->retry_ms_ ? *cut->retry_ms_ * kMillisecond : options_.resume_delay;
  const std::size_t origin = cut->origin_;
  Resumption& resumption = resuming_[origin];
  resumption.cut = std::move(cut);
  resumption.timer = http_.loop().after(std::min(asked, options_.resume_delay_max), [this, origin] { resume(origin); });
}

void StreamableHttp::resume(std::size_t origin) {
  const auto node = resuming_.extract(origin);
  if (node.empty()) return;
  std::unique_ptr<Incoming> cut = std::move(node.mapped().cut);
  SendOptions options = cut->options_;
  set_header(options.headers, {"Last-Event-ID", cut->last_event_id_});
  options.headers_deadline = kNever;
  auto incoming = std::make_unique<Incoming>(*this, cut->message_, cut->options_);
  incoming->last_event_id_ = cut->last_event_id_;
  incoming->retry_ms_ = cut->retry_ms_;
  incoming->attempts_ = cut->attempts_ + 1;
  incoming->resumptions_ = cut->resumptions_ + 1;
  incoming->origin_ = origin;
  Exchange& exchange = http_.start(compose("GET", std::nullopt, nullptr, options), *incoming,
                                   [&](Exchange& record) { describe(record, options); });
  incoming->exchange_ = exchange.number;
  now_on_[origin] = exchange.number;
  keep_observer(http_, running_, exchange.number, std::move(incoming));
}

void StreamableHttp::give_up(std::size_t exchange, FailureKind kind, std::string why) {
  if (const auto node = resuming_.extract(exchange); !node.empty()) {
    http_.loop().cancel(node.mapped().timer);
    if (observer_ != nullptr) observer_->on_reply_end(exchange);
    return;
  }
  const auto moved = now_on_.find(exchange);
  const std::size_t number = moved == now_on_.end() ? exchange : moved->second;
  if (const auto found = running_.find(number); found != running_.end())
    found->second->spent_ = found->second->spent_ || kind == FailureKind::too_large;
  http_.cancel(number, kind, std::move(why));
}

void StreamableHttp::close_stream(std::size_t exchange) {
  const auto moved = now_on_.find(exchange);
  http_.close(moved == now_on_.end() ? exchange : moved->second);
}

bool StreamableHttp::running(std::size_t exchange) const {
  return running_.count(exchange) != 0 || now_on_.count(exchange) != 0 || resuming_.count(exchange) != 0;
}

}  // namespace mcplumb
