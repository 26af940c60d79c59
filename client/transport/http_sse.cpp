#include "client/transport/http_sse.hpp"

#include <algorithm>

#include "client/http/headers.hpp"
#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "client/transport/arrivals.hpp"
#include "client/transport/missing_reply.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kEndpointMax = 8 * 1024;  // it goes out with each message

}  // namespace

// The event stream on its way in.
class HttpSse::Stream final : public HttpObserver, private SseParser::Sink {
 public:
  explicit Stream(HttpSse& transport) : transport_(transport) {}

  void on_headers(Exchange& exchange) override {
    record_ = &exchange;
    if (exchange.status() != 200 || !exchange.is_event_stream()) return;
    arrivals_.emplace(transport_.http_.trace(), exchange.number,
                      Arrivals::channel_limits(transport_.options_.message_max));
    const std::size_t most = std::max(SseParser::Limits{}.event, transport_.options_.message_max);
    parser_.emplace(static_cast<SseParser::Sink&>(*this), SseParser::Limits{most, most});
  }
  void on_body(Exchange&, std::string_view bytes) override {
    if (!parser_) return;
    parser_->feed(bytes);
    record_->unfinished = parser_->unfinished();
  }
  void on_end(Exchange& exchange) override {
    record_ = &exchange;
    if (parser_) parser_->finish();
    transport_.stream_ended();
  }
  const std::string& first_event() const { return first_event_; }

 private:
  void on_event(const SseEvent& event) override {
    const Micros now = transport_.http_.loop().now();
    const std::optional<std::size_t> index = arrivals_->add_event(event, now);
    if (!event.has_data) return;
    if (first_event_.empty()) first_event_ = event.type.empty() ? "message" : std::string(event.type);
    if (event.type == "endpoint") return transport_.receive_endpoint(event.data);
    if (event.data.empty() || (!event.type.empty() && event.type != "message")) return;
    std::string overflow;
    const std::optional<std::size_t> message = arrivals_->add_message(event.data, now, index, overflow);
    if (!overflow.empty()) transport_.http_.cancel(record_->number, FailureKind::too_large, overflow);
    if (message) transport_.received(*message);
  }
  void on_comment(std::string_view) override {
    if (record_->comments_seen++ == 0) record_->first_comment = transport_.http_.loop().now();
  }
  void on_overflow(std::string_view what) override {
    transport_.http_.cancel(record_->number, FailureKind::too_large, std::string(what));
  }

  HttpSse& transport_;
  Exchange* record_ = nullptr;
  std::optional<Arrivals> arrivals_;
  std::optional<SseParser> parser_;
  std::string first_event_;  // its type
};

// The reply to one POST says only whether the message was taken.
class HttpSse::Post final : public HttpObserver {
 public:
  explicit Post(HttpSse& transport) : transport_(transport) {}
  void on_end(Exchange& exchange) override { transport_.post_ended(exchange.number); }  // may destroy this

 private:
  HttpSse& transport_;
};

HttpSse::HttpSse(HttpClient& http, HttpSseOptions options) : http_(http), options_(std::move(options)) {}

HttpSse::~HttpSse() {
  observer_ = nullptr;
  if (channel_) http_.abandon(*channel_);
  for (auto& [number, post] : posts_) http_.abandon(number);
}

void HttpSse::describe(Exchange& record, const SendOptions& options) const {
  record.transport = kind();
  record.session = options_.label;
  record.revision = revision_;
  record.purpose = options.purpose;
  record.deliberate = options.deliberate;
}

HttpRequest HttpSse::compose(std::string method, std::optional<std::string> body, const SendOptions& options) const {
  HttpRequest request;
  request.method = std::move(method);
  request.url = request.method == "POST" && !endpoint_.empty() ? endpoint_ : options_.url;
  request.body = std::move(body);
  request.headers_deadline = options.headers_deadline;
  request.deadline = options.deadline;
  if (request.method == "GET") request.headers.push_back({"Accept", "text/event-stream"});
  if (request.body) request.headers.push_back({"Content-Type", "application/json"});
  // Clients of 2025-06-18 and later send it whatever the transport; older servers ignore it.
  if (!revision_.empty()) request.headers.push_back({"MCP-Protocol-Version", revision_});
  for (const Header& header : options_.headers) set_header(request.headers, header);
  for (const Header& header : options.headers) set_header(request.headers, header);
  for (const std::string& name : options.without) remove_header(request.headers, name);
  return request;
}

std::string HttpSse::open(const SendOptions& options) {
  if (channel_) return problem_;
  stream_ = std::make_unique<Stream>(*this);
  SendOptions first = options;
  first.headers_deadline = options.deadline;
  first.deadline = kNever;
  const Exchange& exchange =
      http_.start(compose("GET", std::nullopt, first), *stream_, [&](Exchange& record) { describe(record, options); });
  channel_ = exchange.number;
  http_.trace().exchanges[*channel_].channel = channel_;
  const auto decided = [&] {
    const bool refused = exchange.status() >= 200 && (exchange.status() != 200 || !exchange.is_event_stream());
    return !endpoint_.empty() || !problem_.empty() || !http_.running(*channel_) ||
           (!refused && !stream_->first_event().empty());
  };
  http_.loop().run_until(decided, options.deadline);
  if (endpoint_.empty() && problem_.empty()) problem_ = why_no_endpoint(exchange);
  if (!problem_.empty()) http_.close(*channel_);
  return problem_;
}

bool HttpSse::announced() const { return stream_ && stream_->first_event() == "endpoint"; }

std::string HttpSse::why_no_endpoint(const Exchange& exchange) const {
  if (exchange.failure) return exchange.failure->message;
  const bool is_stream = exchange.status() == 200 && exchange.is_event_stream();
  if (exchange.status() >= 200 && !is_stream) return describe_missing_reply(http_.trace(), exchange);
  if (!stream_->first_event().empty())
    return "the first event of the stream is \"" + shortened(stream_->first_event(), 60) +
           "\" where \"endpoint\" must stand";
  if (exchange.ended != kNever) return "the event stream ended without an endpoint event";
  return "no endpoint event came within the deadline";
}

// basic/transports#http-with-sse (2024-11-05): a URI, relative ones against the URL of the stream.
void HttpSse::receive_endpoint(std::string_view data) {
  if (!endpoint_.empty() || !problem_.empty() || stream_->first_event() != "endpoint") return;
  const bool is_long = data.size() > kEndpointMax;
  const std::string url = is_long ? "" : resolve_url(options_.url, data);
  if (is_long) {
    problem_ = "the endpoint event names a URL of " + std::to_string(data.size()) + " bytes, " +
               more_than_own_limit(whole_size(kEndpointMax)) + ": " + shortened(data, 60);
  } else if (url.empty()) {
    problem_ = "the endpoint event names no URL: " + shortened(data, 120);
  } else if (origin_of(url) != origin_of(options_.url)) {
    problem_ = "the endpoint event points to another origin, " + shortened(origin_of(url), 120) +
               "; refused, because messages and credentials would go there";
  } else {
    endpoint_ = url;
    return;
  }
  http_.cancel(*channel_, is_long ? FailureKind::too_large : FailureKind::malformed, problem_);
}

std::size_t HttpSse::begin(std::string method, std::optional<std::string> body, nlohmann::json message,
                           const SendOptions& options) {
  auto post = std::make_unique<Post>(*this);
  HttpRequest request = compose(std::move(method), std::move(body), options);
  request.repeatable = options.repeatable || may_be_sent_again(message);
  const Exchange& exchange = http_.start(std::move(request), *post, [&](Exchange& record) {
    describe(record, options);
    record.message = std::move(message);
    record.channel = channel_;
  });
  keep_observer(http_, posts_, exchange.number, std::move(post));
  return exchange.number;
}

std::size_t HttpSse::send(const nlohmann::json& message, const SendOptions& options) {
  const std::size_t number = begin("POST", serialize(message), message, options);
  if (is_request(message)) waiting_.insert(number);
  return number;
}

std::optional<std::size_t> HttpSse::raw(std::string method, std::optional<std::string> body,
                                        const SendOptions& options) {
  nlohmann::json message;
  if (body) {
    if (Result<nlohmann::json> parsed = parse_json(*body, {}, nullptr)) message = std::move(*parsed);
  }
  return begin(std::move(method), std::move(body), std::move(message), options);
}

std::optional<std::size_t> HttpSse::end_session(const SendOptions&) {
  if (!channel_ || !http_.running(*channel_)) return std::nullopt;
  http_.close(*channel_);
  return channel_;
}

void HttpSse::received(std::size_t index) {
  Received& message = http_.trace().received[index];
  const nlohmann::json* id = member(message.value, "id");
  std::optional<std::size_t> answered;
  if (id != nullptr && !message.value.contains("method"))
    for (const std::size_t number : waiting_)
      if (same_id(http_.trace().exchanges[number].message["id"], *id)) answered = number;
  if (answered) {
    message.answers = answered;
    http_.trace().exchanges[*answered].answer = event_of(message, http_.trace().exchanges[*channel_]);
    waiting_.erase(*answered);
  }
  if (observer_ != nullptr) observer_->on_message(index);
}

void HttpSse::post_ended(std::size_t number) {
  posts_.erase(number);
  const Exchange& exchange = http_.trace().exchanges[number];
  const bool taken = !exchange.failure && exchange.status() / 100 == 2;
  if (waiting_.count(number) == 0 || !taken) {
    waiting_.erase(number);
    return report_end(number);
  }
  if (!http_.running(*channel_))
    fail(number, kind_of_loss(), "the message was taken, but the event stream for its answer is closed");
}

void HttpSse::stream_ended() {
  const Exchange& channel = http_.trace().exchanges[*channel_];
  const std::string how = channel.failure        ? channel.failure->message
                          : channel.closed_by_us ? "it was closed"
                                                 : "the server ended it";
  std::set<std::size_t> all;
  all.swap(waiting_);
  for (const std::size_t number : all)
    fail(number, kind_of_loss(), "the event stream that carries the answers is gone: " + how);
}

// Of what was to come on the stream: it was cut, unless it ended at a bound of ours.
FailureKind HttpSse::kind_of_loss() const {
  const Exchange& channel = http_.trace().exchanges[*channel_];
  return channel.is_at_own_limit() ? channel.failure->kind : FailureKind::cut;
}

void HttpSse::fail(std::size_t number, FailureKind kind, std::string why) {
  waiting_.erase(number);
  Exchange& exchange = http_.trace().exchanges[number];
  if (http_.running(number)) return http_.cancel(number, kind, std::move(why));
  if (!exchange.failure) exchange.failure = Failure{kind, std::move(why), http_.loop().now()};
  report_end(number);
}

void HttpSse::report_end(std::size_t number) {
  if (observer_ != nullptr) observer_->on_reply_end(number);
}

void HttpSse::give_up(std::size_t number, FailureKind kind, std::string why) {
  waiting_.erase(number);
  Exchange& exchange = http_.trace().exchanges[number];
  if (http_.running(number))
    http_.cancel(number, kind, std::move(why));
  else if (!exchange.failure && !exchange.answer)
    exchange.failure = Failure{kind, std::move(why), http_.loop().now()};
}

void HttpSse::close_stream(std::size_t number) {
  waiting_.erase(number);
  http_.close(number);
}

bool HttpSse::running(std::size_t number) const { return http_.running(number) || waiting_.count(number) != 0; }

}  // namespace mcplumb
