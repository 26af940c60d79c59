#include "conformance/probes/raw_requests.hpp"

#include <algorithm>

#include "client/http/headers.hpp"
#include "client/http/sse_parser.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/transport/era.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kEventsKept = 16;

// What headers say of a body with an envelope; nothing of any other.
Headers repeated(const std::string& body) {
  if (body.find("\"io.modelcontextprotocol/protocolVersion\"") == std::string::npos) return {};
  const Result<nlohmann::json> message = parse_json(body, {}, nullptr);
  return message ? headers_of_message(*message, "") : Headers{};
}

nlohmann::json message_in(const std::optional<std::string>& body) {
  nlohmann::json message = body ? nlohmann::json::parse(*body, nullptr, false) : nlohmann::json();
  return message.is_discarded() ? nlohmann::json() : message;
}

bool has_body(const RawRequest& request) { return request.method == "POST" || request.method == "PUT"; }

}  // namespace

// One request on its way: closes it when enough came, and writes the events of its stream down.
class RawRequests::OpenRequest final : public HttpObserver, private SseParser::Sink {
 public:
  // `own`: the client of its own connection, if it has one; else it is sent by `shared`.
  OpenRequest(HttpClient& shared, std::unique_ptr<HttpClient> own) : own_(std::move(own)), client_(&shared) {
    if (own_) client_ = own_.get();
  }
  // `keeps`: what came so far is enough to know, and the stream stays open.
  void read(ReadUntil until, std::size_t enough, bool keeps = false) {
    reads_ = true;
    keeps_ = keeps;
    until_ = until;
    enough_ = enough;
  }

  HttpClient& client() { return *client_; }

 private:
  void on_headers(Exchange& exchange) override {
    exchange_ = &exchange;
    if (!reads_ || !exchange.is_event_stream()) return;
    if (until_ == ReadUntil::stream_headers && !keeps_) client_->close(exchange.number);
    if (!exchange.header("content-encoding")) parser_.emplace(static_cast<SseParser::Sink&>(*this));
  }
  void on_body(Exchange& exchange, std::string_view bytes) override {
    if (!reads_) return;
    if (parser_) parser_->feed(bytes);
    const bool event_came = until_ == ReadUntil::first_event && !exchange.events.empty();
    if (exchange.body_size >= enough_ || (event_came && !keeps_)) client_->close(exchange.number);
  }

  void on_event(const SseEvent& seen) override {
    StreamEvent event;
    event.at = client_->loop().now();
    event.type = std::string(seen.type);
    if (seen.id) event.id = std::string(*seen.id);
    event.retry_ms = seen.retry_ms;
    event.has_data = seen.has_data;
    event.data = std::string(seen.data.substr(0, enough_));
    event.data_cut = seen.data.size() > enough_;
    ++exchange_->events_seen;
    if (exchange_->events.size() < kEventsKept) exchange_->events.push_back(std::move(event));
  }
  void on_comment(std::string_view) override {
    if (exchange_->comments_seen++ == 0) exchange_->first_comment = client_->loop().now();
  }
  void on_overflow(std::string_view) override { client_->close(exchange_->number); }

  std::unique_ptr<HttpClient> own_;
  HttpClient* client_;
  Exchange* exchange_ = nullptr;
  std::optional<SseParser> parser_;
  bool reads_ = false, keeps_ = false;
  ReadUntil until_ = ReadUntil::end;
  std::size_t enough_ = 0;
};

RawRequests::RawRequests(HttpClient& http, RawRequestOptions options) : http_(http), options_(std::move(options)) {}

RawRequests::~RawRequests() {
  for (const auto& [number, open] : open_) open->client().abandon(number);
}

Headers RawRequests::headers_for(const RawRequest& request) const {
  Headers headers = {{"Accept", request.method == "GET" ? "text/event-stream" : "application/json, text/event-stream"}};
  if (has_body(request)) headers.push_back({"Content-Type", "application/json"});
  for (const Header& header : repeated(request.body.value_or(""))) headers.push_back(header);
  for (const Header& header : options_.headers) override_header(headers, header);
  for (const Header& header : request.headers) override_header(headers, header);
  return headers;
}

const Exchange& RawRequests::send(const RawRequest& wanted, std::unique_ptr<OpenRequest> open) {
  HttpRequest request;
  request.method = wanted.method;
  request.url = wanted.url.empty() ? options_.url : wanted.url;
  request.headers = headers_for(wanted);
  if (has_body(wanted)) request.body = wanted.body.value_or("");
  request.repeatable = true;  // what they ask for may be asked for again
  request.deadline = http_.loop().now() + (wanted.deadline > 0 ? wanted.deadline : options_.deadline);
  HttpClient& client = open->client();
  const Exchange& exchange = client.start(std::move(request), *open, [&](Exchange& record) {
    record.purpose = wanted.purpose;
    record.deliberate = true;
    record.transport = options_.transport;
    if (wanted.record_message && !record.request.body_cut) record.message = message_in(wanted.body);
  });
  keep_observer(client, open_, exchange.number, std::move(open));
  return exchange;
}

std::unique_ptr<RawRequests::OpenRequest> RawRequests::connection_for(const RawRequest& request) {
  std::unique_ptr<HttpClient> own;
  if (request.fresh_connection)
    own = std::make_unique<HttpClient>(http_.loop(), http_.trace(), options_.connection, http_.bounds());
  return std::make_unique<OpenRequest>(http_, std::move(own));
}

const Exchange& RawRequests::start(const RawRequest& request) { return send(request, connection_for(request)); }

const Exchange& RawRequests::open_until(const RawRequest& request) {
  auto open = connection_for(request);
  open->read(request.until, request.enough, true);
  const Micros deadline = http_.loop().now() + (request.deadline > 0 ? request.deadline : options_.deadline);
  const Exchange& exchange = send(request, std::move(open));
  const auto came = [&] {
    if (!running(exchange)) return true;
    if (!exchange.is_event_stream()) return false;
    return request.until == ReadUntil::stream_headers ||
           (request.until == ReadUntil::first_event && !exchange.events.empty());
  };
  http_.loop().run_until(came, deadline);
  return exchange;
}

std::vector<const Exchange*> RawRequests::ask_all(const std::vector<RawRequest>& requests) {
  std::vector<const Exchange*> exchanges;
  Micros last = http_.loop().now();
  for (const RawRequest& request : requests) {
    auto open = connection_for(request);
    open->read(request.until, request.enough);
    last = std::max(last, http_.loop().now() + (request.deadline > 0 ? request.deadline : options_.deadline));
    exchanges.push_back(&send(request, std::move(open)));
  }
  const auto all_over = [&] {
    return std::none_of(exchanges.begin(), exchanges.end(), [&](const Exchange* each) { return running(*each); });
  };
  http_.loop().run_until(all_over, last + kSecond);
  for (const Exchange* each : exchanges) {
    const auto open = open_.extract(each->number);
    open.mapped()->client().abandon(each->number);
  }
  return exchanges;
}

const Exchange& RawRequests::ask(const RawRequest& request) { return *ask_all({request}).front(); }

bool RawRequests::running(const Exchange& exchange) const {
  const auto open = open_.find(exchange.number);
  return open != open_.end() && open->second->client().running(exchange.number);
}

void RawRequests::close(const Exchange& exchange) {
  if (!running(exchange)) return;
  open_.at(exchange.number)->client().close(exchange.number);
  http_.loop().run_until([&] { return !running(exchange); }, http_.loop().now() + kSecond);
}

std::string initialize_body(std::string_view revision, const nlohmann::json& id) {
  return serialize(
      make_request(id, "initialize", initialize_params(revision, nlohmann::json::object(), own_client_info())));
}

std::string opening_body(std::string_view revision) {
  return era_of(revision) == Era::stateless ? request_body("server/discover", revision) : initialize_body(revision, 1);
}

std::string confirmation_body() { return R"({"jsonrpc":"2.0","method":"notifications/initialized"})"; }

std::string request_body(std::string_view method, std::string_view revision) {
  return request_body(method, revision, nullptr);
}

std::string request_body(std::string_view method, std::string_view revision, nlohmann::json params) {
  nlohmann::json envelope;
  if (era_of(revision) == Era::stateless)
    envelope = make_envelope(revision, nlohmann::json::object(), own_client_info());
  return serialize(make_request(2, method, with_meta(std::move(params), envelope, nullptr)));
}

Headers session_headers(const std::string& session_id, const std::string& revision) {
  Headers headers;
  if (!session_id.empty()) headers.push_back({"MCP-Session-Id", session_id});
  if (revision >= "2025-06-18") headers.push_back({"MCP-Protocol-Version", revision});
  return headers;
}

}  // namespace mcplumb
