#include "conformance/probes/examiner.hpp"

#include <algorithm>

#include "client/http/headers.hpp"
#include "client/http/sse_parser.hpp"
#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/transport/era.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/diagnosis_purposes.hpp"
#include "conformance/probes/process_look.hpp"

namespace mcplumb {
namespace {

constexpr const char* kUnknownSession = "mcplumb-no-such-session";
constexpr const char* kForeignHost = "mcplumb-host.invalid";
constexpr std::size_t kEventsKept = 16;
constexpr Micros kClosedStreamPatience = 2 * kSecond;  // for a server to notice that a stream was closed

std::string ping_body(std::size_t padding = 0) {
  nlohmann::json ping = {{"jsonrpc", "2.0"}, {"id", "mcplumb-diagnosis"}, {"method", "ping"}};
  if (padding > 0) ping["params"] = {{"_meta", {{"example.com/padding", std::string(padding, 'x')}}}};
  return ping.dump();
}

}  // namespace

// Sees to it that one exchange is over, soon, and writes the events of its stream down.
class Examiner::Watcher final : public HttpObserver, private SseParser::Sink {
 public:
  Watcher(HttpClient& http, const Ask& ask)
      : http_(http), enough_(ask.enough), until_headers_(ask.until_headers), until_event_(ask.until_event) {}

  bool over() const { return over_; }

 private:
  void on_headers(Exchange& exchange) override {
    record_ = &exchange;
    if (!exchange.is_event_stream()) return;
    if (until_headers_) http_.close(exchange.number);
    if (!exchange.header("content-encoding")) parser_.emplace(static_cast<SseParser::Sink&>(*this));
  }
  void on_body(Exchange& exchange, std::string_view bytes) override {
    if (parser_) parser_->feed(bytes);
    if (exchange.body_size >= enough_ || (until_event_ && !exchange.events.empty())) http_.close(exchange.number);
  }
  void on_end(Exchange&) override { over_ = true; }

  void on_event(const SseEvent& seen) override {
    StreamEvent event;
    event.at = http_.loop().now();
    event.type = std::string(seen.type);
    if (seen.id) event.id = std::string(*seen.id);
    event.retry_ms = seen.retry_ms;
    event.has_data = seen.has_data;
    event.data = std::string(seen.data.substr(0, enough_));
    event.data_cut = seen.data.size() > enough_;
    ++record_->events_seen;
    if (record_->events.size() < kEventsKept) record_->events.push_back(std::move(event));
  }
  void on_comment(std::string_view) override {
    if (record_->comments_seen++ == 0) record_->first_comment = http_.loop().now();
  }
  void on_overflow(std::string_view) override { http_.close(record_->number); }

  HttpClient& http_;
  Exchange* record_ = nullptr;
  std::optional<SseParser> parser_;
  std::size_t enough_;
  bool until_headers_, until_event_, over_ = false;
};

Headers Examiner::headers_for(const Ask& ask) const {
  Headers headers;
  if (ask.method == "POST") {
    headers = {{"Content-Type", "application/json"}, {"Accept", "application/json, text/event-stream"}};
  } else if (ask.method == "GET") {
    headers = {{"Accept", "text/event-stream"}};
  }
  for (const Header& header : options_.headers) override_header(headers, header);
  for (const Header& header : ask.headers) override_header(headers, header);
  return headers;
}

std::vector<const Exchange*> Examiner::ask_all(std::vector<Ask> asks) {
  std::vector<std::unique_ptr<HttpClient>> clients;  // of requests on connections of their own
  std::vector<std::unique_ptr<Watcher>> watchers;
  std::vector<const Exchange*> exchanges;
  Micros last = http_.loop().now();
  for (Ask& ask : asks) {
    HttpClient* client = &http_;
    if (ask.fresh) {
      clients.push_back(std::make_unique<HttpClient>(http_.loop(), http_.trace(), options_.connection, http_.bounds()));
      client = clients.back().get();
    }
    watchers.push_back(std::make_unique<Watcher>(*client, ask));
    HttpRequest request;
    request.method = ask.method;
    request.url = ask.url.empty() ? options_.url : ask.url;
    request.headers = headers_for(ask);
    request.body = ask.body;
    request.deadline = http_.loop().now() + (ask.deadline == kNever ? options_.deadline : ask.deadline);
    last = std::max(last, request.deadline);
    exchanges.push_back(&client->start(std::move(request), *watchers.back(), [&](Exchange& exchange) {
      exchange.purpose = ask.name;
      exchange.deliberate = true;
      if (ask.body && !exchange.request.body_cut) exchange.message = nlohmann::json::parse(*ask.body, nullptr, false);
      if (exchange.message.is_discarded()) exchange.message = nullptr;
    }));
  }
  const auto all_over = [&] {
    return std::all_of(watchers.begin(), watchers.end(), [](const auto& watcher) { return watcher->over(); });
  };
  http_.loop().run_until(all_over, last + kSecond);
  for (std::size_t i = 0; i < watchers.size(); ++i)
    if (!watchers[i]->over()) http_.abandon(exchanges[i]->number);
  return exchanges;
}

const Exchange& Examiner::ask(Ask one) {
  std::vector<Ask> asks;
  asks.push_back(std::move(one));
  return *ask_all(std::move(asks)).front();
}

Headers Examiner::session_headers(const ExaminedSession& session) const {
  Headers headers;
  if (!session.id.empty()) headers.push_back({"Mcp-Session-Id", session.id});
  if (session.revision >= "2025-06-18") headers.push_back({"MCP-Protocol-Version", session.revision});
  return headers;
}

std::string Examiner::initialize_body() const {
  return serialize(make_request("mcplumb-diagnosis", "initialize",
                                initialize_params(options_.revision, nlohmann::json::object(), own_client_info())));
}

// Some servers begin a session for requests that they refuse; nothing of ours is left behind.
void Examiner::end_session_of(const Exchange& exchange) {
  const auto id = exchange.header("mcp-session-id");
  if (!id || find_header(exchange.request.headers, "mcp-session-id") || !go_on()) return;
  Ask end;
  end.name = diagnosis_purpose::kCleanUp;
  end.method = "DELETE";
  end.url = exchange.request.url;
  end.headers = {{"Mcp-Session-Id", *id}};
  if (const auto host = find_header(exchange.request.headers, "host")) end.headers.push_back({"Host", *host});
  ask(std::move(end));
}

void Examiner::ask_differently() {
  const std::string ping = ping_body();
  std::vector<Ask> asks(8);
  const auto name = [](const char* what) { return std::string(diagnosis_purpose::kUniform) + what; };
  asks[0] = {name("malformed-body"), "POST", "", {}, "{"};
  asks[1] = {name("accept-text-plain"), "POST", "", {{"Accept", "text/plain"}}, ping};
  asks[2] = {name("content-type-text-plain"), "POST", "", {{"Content-Type", "text/plain"}}, ping};
  asks[3] = {name("get-without-session"), "GET", "", {}, std::nullopt};
  asks[4] = {name("options"), "OPTIONS", "", {}, std::nullopt};
  asks[5] = {name("unknown-session"), "POST", "", {{"Mcp-Session-Id", kUnknownSession}}, ping};
  asks[6] = {name("foreign-host"), "POST", "", {{"Host", kForeignHost}}, ping};
  asks[7] = {std::string(diagnosis_purpose::kSibling),
             "GET",
             resolve_url(options_.url, "/mcplumb-no-such-path"),
             {},
             std::nullopt};
  for (Ask& each : asks) {
    if (!go_on()) return;
    each.until_headers = true;
    const Exchange& reply = ask(std::move(each));
    if (reply.status() == 0) return;  // what does not answer is not asked eight times
    end_session_of(reply);
  }
}

void Examiner::after_failed_initialize(const Exchange& failed) {
  const int status = failed.status();
  if (status == 401 || !go_on()) return;
  if (status == 0) {
    const bool silent = failed.failure && failed.failure->kind == FailureKind::deadline;
    if (silent && was_connected(failed)) look_for_life();
    return;
  }
  if (status == 421 || status == 403) try_hosts(failed);
  if (status / 100 == 3) follow(failed);
  if (status == 404 || status == 405 || status == 400) {
    if (!look_for_old_transport() && status != 400) try_paths();
  }
  const bool cut = status == 200 && failed.failure.has_value();
  if (cut) look_for_life();
  if (status / 100 != 3) ask_differently();
}

void Examiner::try_hosts(const Exchange& failed) {
  const std::string used = find_header(failed.request.headers, "host").value_or("");
  for (const std::string name : {"localhost", "127.0.0.1"}) {
    const std::optional<Url> url = Url::parse(options_.url);
    const std::string host = name + ":" + (url ? url->port : "");
    if (host == used || !go_on()) continue;
    Ask retry{std::string(diagnosis_purpose::kHost) + name, "POST", "", {{"Host", host}}, initialize_body()};
    const Exchange& reply = ask(std::move(retry));
    end_session_of(reply);
    if (reply.status() == 200) return;
  }
}

// Once, and only within the origin: credentials go nowhere else.
void Examiner::follow(const Exchange& redirect) {
  const std::string there = resolve_url(redirect.request.url, redirect.header("location").value_or(""));
  if (there.empty() || origin_of(there) != origin_of(options_.url) || !go_on()) return;
  const Exchange& reply = ask({std::string(diagnosis_purpose::kRedirect), "POST", there, {}, initialize_body()});
  end_session_of(reply);
  if (reply.status() == 404 || reply.status() == 405) try_paths();
}

void Examiner::try_paths() {
  const std::string own = path_of(options_.url);
  std::string bare = own;
  while (bare.size() > 1 && bare.back() == '/') bare.pop_back();
  std::vector<std::string> paths = {"/mcp", "/mcp/", bare == "/" ? "/mcp/mcp" : bare + bare, "/mcp/mcp", "/sse", "/"};
  std::vector<std::string> tried = {own};
  for (const std::string& path : paths) {
    if (std::find(tried.begin(), tried.end(), path) != tried.end() || !go_on()) continue;
    tried.push_back(path);
    const std::string name = std::string(diagnosis_purpose::kPath) + path.substr(1);
    if (path == "/sse") {
      Ask old{name, "GET", resolve_url(options_.url, path), {}, std::nullopt};
      old.until_event = true;
      const Exchange& stream = ask(std::move(old));
      if (stream.is_event_stream() && !stream.events.empty()) return;
      continue;
    }
    const Exchange& reply = ask({name, "POST", resolve_url(options_.url, path), {}, initialize_body()});
    end_session_of(reply);
    if (reply.status() == 0 || (reply.status() == 200 && has_result(reply))) return;
  }
}

bool Examiner::look_for_old_transport() {
  for (const Exchange& known : http_.trace().exchanges)  // whoever looked for it
    if (known.request.method == "GET" && known.is_event_stream() && !known.events.empty() &&
        known.events.front().type == "endpoint")
      return true;
  Ask get{std::string(diagnosis_purpose::kOldStream), "GET", "", {}, std::nullopt};
  get.until_event = true;
  get.deadline = std::min<Micros>(options_.deadline, 2 * kSecond);
  const Exchange& stream = ask(std::move(get));
  return stream.is_event_stream() && !stream.events.empty() && stream.events.front().type == "endpoint";
}

void Examiner::look_for_life() {
  const Micros patience = std::min<Micros>(options_.deadline, 2 * kSecond);
  std::vector<Ask> asks(2);
  asks[0] = {std::string(diagnosis_purpose::kAlive) + "endpoint", "GET", "", {}, std::nullopt};
  asks[1] = {std::string(diagnosis_purpose::kAlive) + "sibling",
             "GET",
             resolve_url(options_.url, "/mcplumb-no-such-path"),
             {},
             std::nullopt};
  for (Ask& each : asks) {
    each.until_headers = true;
    each.deadline = patience;
  }
  const CpuMeter cpu(http_.loop(), options_.process);
  const std::vector<const Exchange*> seen = ask_all(std::move(asks));
  if (std::all_of(seen.begin(), seen.end(), [](const Exchange* each) { return each->status() == 0; }))
    stalled_cpu_ = cpu.cores();
}

void Examiner::ping_on_fresh_connections(const ExaminedSession& session, int count) {
  if (session.id.empty() || !go_on()) return;
  for (int i = 0; i < count && go_on(); ++i) {  // one after the other: several at once may meet one worker
    Ask ping{std::string(diagnosis_purpose::kFresh) + std::to_string(i), "POST", "", session_headers(session),
             ping_body()};
    if (ask(std::move(ping)).status() == 0) return;
  }
}

void Examiner::open_compressed_stream(const ExaminedSession& session) {
  if (!go_on()) return;
  Headers headers = session_headers(session);
  headers.push_back({"Accept-Encoding", "gzip"});
  // A stream of a POST tells compression from a middleware that only holds headers back.
  ask({std::string(diagnosis_purpose::kGzip) + "ping", "POST", "", headers, ping_body()});
  if (!go_on()) return;
  Ask get{std::string(diagnosis_purpose::kGzip) + "get", "GET", "", std::move(headers), std::nullopt};
  get.until_headers = true;
  get.deadline = std::min<Micros>(options_.deadline, 2500 * kMillisecond);
  ask(std::move(get));
}

void Examiner::look_for_limits(const ExaminedSession& session) {
  if (!options_.thorough || !go_on()) return;
  let_it_notice();
  measure_body_limit(session);
  let_it_notice();
  open_several_streams(session);
}

// A server that counts connections may still count those that we have just closed.
void Examiner::let_it_notice() {
  const Exchange& seen = ask({std::string(diagnosis_purpose::kStreams) + "before", "POST", "", {}, "{"});
  end_session_of(seen);
  if (seen.status() == 503) http_.loop().run_until([] { return false; }, http_.loop().now() + 500 * kMillisecond);
}

// Sizes that are somebody's default: Express, nginx, the Python SDK. Then halves, until the limit is known to 64 KiB.
void Examiner::measure_body_limit(const ExaminedSession& session) {
  constexpr std::size_t kKib = 1024;
  const auto fits = [&](std::size_t size) {
    const std::size_t frame = ping_body(1).size() - 1;
    Ask ping{std::string(diagnosis_purpose::kSize) + std::to_string(size), "POST", "", session_headers(session),
             ping_body(size > frame ? size - frame : 1)};
    return ask(std::move(ping)).status();
  };
  std::size_t good = 0, bad = 0;
  for (const std::size_t size : {64 * kKib, 256 * kKib, 1100 * kKib, 4200 * kKib}) {
    if (!go_on()) return;
    const int status = fits(size);
    if (status == 413) {
      bad = size;
      break;
    }
    if (status != 200) return;  // something else is wrong, or nobody is there
    good = size;
  }
  while (bad != 0 && bad - good > 64 * kKib && go_on()) {
    const std::size_t middle = (good + bad) / 2;
    const int status = fits(middle);
    if (status != 413 && status != 200) return;
    (status == 413 ? bad : good) = middle;
  }
}

void Examiner::open_several_streams(const ExaminedSession& session) {
  if (!go_on()) return;
  // Held open side by side for a moment, then a ping beside them.
  std::vector<std::unique_ptr<HttpClient>> clients;
  class Silent final : public HttpObserver {
  } silent;
  std::vector<std::size_t> numbers;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::make_unique<HttpClient>(http_.loop(), http_.trace(), options_.connection, http_.bounds()));
    Ask get{std::string(diagnosis_purpose::kStreams) + std::to_string(i), "GET", "", session_headers(session),
            std::nullopt};
    HttpRequest request;
    request.method = "GET";
    request.url = options_.url;
    request.headers = headers_for(get);
    request.deadline = http_.loop().now() + options_.deadline;
    const Exchange& stream = clients.back()->start(std::move(request), silent, [&](Exchange& exchange) {
      exchange.purpose = get.name;
      exchange.deliberate = true;
    });
    http_.loop().run_until([&] { return stream.status() != 0 || stream.ended != kNever; },
                           http_.loop().now() + kSecond);
    numbers.push_back(stream.number);
    if (stream.status() != 200) break;
  }
  Ask ping{std::string(diagnosis_purpose::kStreams) + "ping", "POST", "", session_headers(session), ping_body()};
  ask(std::move(ping));
  for (std::size_t i = 0; i < clients.size(); ++i) clients[i]->abandon(numbers[i]);
}

void Examiner::send_into_closed_stream(const std::string& stream_url) {
  if (!go_on()) return;
  Ask get{std::string(diagnosis_purpose::kVoidGet), "GET", stream_url, {}, std::nullopt};
  get.until_event = true;
  const Exchange& stream = ask(std::move(get));
  if (stream.events.empty() || stream.events.front().type != "endpoint") return;
  const std::string url = resolve_url(stream_url, stream.events.front().data);
  if (url.empty() || origin_of(url) != origin_of(stream_url)) return;
  const Micros end = http_.loop().now() + kClosedStreamPatience;
  int status = 202;
  while (status == 202 && http_.loop().now() < end && go_on()) {
    const Micros next = http_.loop().now() + 400 * kMillisecond;
    http_.loop().run_until([] { return false; }, next);
    status = ask({std::string(diagnosis_purpose::kVoidPost), "POST", url, {}, ping_body()}).status();
  }
}

}  // namespace mcplumb
