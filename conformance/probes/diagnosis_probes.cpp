#include "conformance/probes/diagnosis_probes.hpp"

#include <algorithm>

#include "client/http/headers.hpp"
#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/media_type.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/probes/access_probes.hpp"
#include "conformance/probes/process_usage.hpp"

namespace mcplumb {
namespace {

constexpr const char* kUnknownSession = "mcplumb-no-such-session";
constexpr const char* kForeignHost = "mcplumb-host.invalid";
constexpr const char* kRequestId = "mcplumb-diagnosis";
constexpr std::size_t kEnough = 16 * 1024;  // bytes of a body after which nothing more is waited for
constexpr std::size_t kKib = 1024;
constexpr Micros kShortPatience = 2 * kSecond;         // for what may well never come
constexpr Micros kClosedStreamPatience = 2 * kSecond;  // for a server to notice that a stream was closed
constexpr Micros kCompressedPatience = 1200 * kMillisecond;
constexpr int kStreamsAtOnce = 4;
constexpr int kOldPings = 4;
constexpr int kRepetitions = 3;
constexpr int kReopenings = 3;
constexpr Micros kNotice = 100 * kMillisecond;

std::string ping_body(std::size_t padding = 0) {
  nlohmann::json ping = {{"jsonrpc", "2.0"}, {"id", kRequestId}, {"method", "ping"}};
  if (padding > 0) ping["params"] = {{"_meta", {{"example.com/padding", std::string(padding, 'x')}}}};
  return ping.dump();
}

RawRequest diagnosis_request(const char* method, std::string_view purpose, std::string_view name) {
  RawRequest request;
  request.purpose = std::string(purpose) + std::string(name);
  request.method = method;
  request.fresh_connection = true;
  request.record_message = true;
  request.enough = kEnough;
  request.until = ReadUntil::end;
  return request;
}

Headers headers_of(const ProbedSession& session) { return session_headers(session.id, session.revision); }

}  // namespace

DiagnosisProbes::DiagnosisProbes(HttpClient& http, DiagnosisProbesOptions options)
    : http_(http),
      options_(std::move(options)),
      raw_(http, {options_.url, options_.headers, options_.connection, options_.deadline, std::nullopt}) {}

RawRequest DiagnosisProbes::get(std::string_view purpose, std::string_view name, std::string url) {
  return with_url(diagnosis_request("GET", purpose, name), std::move(url));
}

RawRequest DiagnosisProbes::post(std::string_view purpose, std::string_view name, std::string body, Headers headers) {
  RawRequest request = diagnosis_request("POST", purpose, name);
  request.body = std::move(body);
  request.headers = std::move(headers);
  return request;
}

RawRequest DiagnosisProbes::with_url(RawRequest request, std::string url) {
  request.url = std::move(url);
  return request;
}

RawRequest DiagnosisProbes::initialize(std::string_view purpose, std::string_view name) const {
  return post(purpose, name, initialize_body(options_.revision, kRequestId));
}

// Not one that begins like an endpoint: what is done for all paths below /mcp is not done for it.
std::string DiagnosisProbes::sibling() const { return resolve_url(options_.url, "/no-such-path-of-mcplumb"); }

void DiagnosisProbes::wait(Micros span) {
  http_.loop().run_until([] { return false; }, http_.loop().now() + span);
}

// Some servers begin a session for requests that they refuse; nothing of ours is left behind.
void DiagnosisProbes::end_session_of(const Exchange& exchange) {
  const auto id = exchange.header("mcp-session-id");
  if (!id || find_header(exchange.request.headers, "mcp-session-id") || !go_on()) return;
  RawRequest end = with_url(diagnosis_request("DELETE", diagnosis_purpose::kCleanUp, ""), exchange.request.url);
  end.headers = {{"Mcp-Session-Id", *id}};
  if (const auto host = find_header(exchange.request.headers, "host")) end.headers.push_back({"Host", *host});
  raw_.ask(end);
}

std::vector<RawRequest> DiagnosisProbes::different_requests() const {
  constexpr std::string_view kUniform = diagnosis_purpose::kUniform;
  const std::string ping = ping_body();
  return {post(kUniform, "malformed-body", "{"),
          post(kUniform, "accept-text-plain", ping, {{"Accept", "text/plain"}}),
          post(kUniform, "content-type-text-plain", ping, {{"Content-Type", "text/plain"}}),
          get(kUniform, "get-without-session"),
          diagnosis_request("OPTIONS", kUniform, "options"),
          post(kUniform, "unknown-session", ping, {{"Mcp-Session-Id", kUnknownSession}}),
          post(kUniform, "foreign-host", ping, {{"Host", kForeignHost}}),
          get(diagnosis_purpose::kSibling, "", sibling())};
}

void DiagnosisProbes::repeat(const Exchange& failed) {
  const std::string_view method = string_member(failed.message, "method");
  const bool reads = method == "ping" || method == "server/discover" || method.ends_with("/list");
  if (!reads || failed.request.method != "POST" || failed.request.body_cut) return;
  RawRequest again = post(diagnosis_purpose::kAgain, "", failed.request.body);
  for (const Header& header : failed.request.headers)
    if (lower_case(header.name).starts_with("mcp-")) again.headers.push_back(header);
  again.url = failed.request.url;
  for (int i = 0; i < kRepetitions && go_on(); ++i)
    if (raw_.ask(again).status() == 0) return;
}

// With a slash at the end, or without.
std::string DiagnosisProbes::twin() const {
  const std::optional<Url> url = Url::parse(options_.url);
  if (!url || url->path == "/") return "";
  const std::string path = url->path.back() == '/' ? url->path.substr(0, url->path.size() - 1) : url->path + "/";
  return resolve_url(options_.url, path + (url->query.empty() ? "" : "?" + url->query));
}

void DiagnosisProbes::ask_differently() {
  std::vector<RawRequest> requests = different_requests();
  if (const std::string url = twin(); !url.empty())
    requests.push_back(with_url(post(diagnosis_purpose::kTwin, "", ping_body()), url));
  for (RawRequest& each : requests) {
    if (!go_on()) return;
    each.until = ReadUntil::stream_headers;
    const Exchange& reply = raw_.ask(each);
    if (reply.status() == 0) return;  // what does not answer is not asked eight times
    end_session_of(reply);
  }
}

void DiagnosisProbes::after_failed_initialize(const Exchange& failed) {
  if (!go_on()) return;
  if (failed.status() != 0) return after_refused_initialize(failed);
  if (failed.failure) after_no_reply(failed);
}

void DiagnosisProbes::after_no_reply(const Exchange& failed) {
  const FailureKind kind = failed.failure->kind;
  if (kind == FailureKind::deadline && was_connected(failed)) {
    look_for_life();
    look_again();
  }
  if (kind == FailureKind::refused || kind == FailureKind::empty) try_other_loopback();
  if (kind == FailureKind::tls) try_without_tls();
}

// Names like localhost may mean either.
void DiagnosisProbes::try_other_loopback() {
  const std::optional<Url> url = Url::parse(options_.url);
  if (!url || !url->is_loopback() || !go_on()) return;
  for (const std::string host : {"127.0.0.1", "[::1]"}) {
    if (host == url->host) continue;
    const std::string there =
        url->scheme + "://" + host + ":" + url->port + url->path + (url->query.empty() ? "" : "?" + url->query);
    const Exchange& reply = raw_.ask(with_url(initialize(diagnosis_purpose::kLoopback, host), there));
    end_session_of(reply);
  }
}

// Without the user's headers: nothing secret travels in the clear that was to be secured.
void DiagnosisProbes::try_without_tls() {
  if (!options_.url.starts_with("https://") || !go_on()) return;
  RawRequests bare(http_, {options_.url, {}, options_.connection, options_.deadline, std::nullopt});
  RawRequest request = diagnosis_request("OPTIONS", diagnosis_purpose::kPlain, "");
  request.url = "http" + options_.url.substr(5);
  bare.ask(request);
}

// What failed once may work the next time.
void DiagnosisProbes::ask_again(const Exchange& failed) {
  if (!is_initialize(failed) || !go_on()) return;
  end_session_of(raw_.ask(initialize(diagnosis_purpose::kAgain)));
}

void DiagnosisProbes::after_refused_initialize(const Exchange& refused) {
  const int status = refused.status();
  if (reply_origin(refused).who == Replier::authorization) {
    look_at_resource_metadata(http_, options_.connection, refused);
    if (status != 403) return;
  }
  if (status / 100 == 3) return follow(refused);
  if (status == 421 || status == 403) try_hosts(refused);
  if (status == 400) look_for_old_transport();
  if ((status == 404 || status == 405) && !look_for_old_transport()) try_paths();
  if (status == 200 && refused.failure) look_for_life();  // the reply was cut
  if (status >= 500) ask_again(refused);
  ask_differently();
}

void DiagnosisProbes::try_hosts(const Exchange& failed) {
  const std::string used = find_header(failed.request.headers, "host").value_or("");
  for (const std::string name : {"localhost", "127.0.0.1"}) {
    const std::optional<Url> url = Url::parse(options_.url);
    const std::string host = name + ":" + (url ? url->port : "");
    if (host == used || !go_on()) continue;
    RawRequest retry = initialize(diagnosis_purpose::kHost, name);
    retry.headers = {{"Host", host}};
    const Exchange& reply = raw_.ask(retry);
    end_session_of(reply);
    if (reply.status() == 200) return;
  }
}

// Once, and only to the same host; credentials go nowhere beyond the origin.
void DiagnosisProbes::follow(const Exchange& redirect) {
  const std::string there = resolve_url(redirect.request.url, redirect.header("location").value_or(""));
  const std::optional<Url> to = Url::parse(there), from = Url::parse(options_.url);
  if (!to || !from || to->host != from->host || !go_on()) return;
  const bool same_origin = to->origin() == from->origin();
  if (!same_origin && to->scheme != "https") return;
  RawRequests bare(http_, {there, {}, options_.connection, options_.deadline, std::nullopt});
  const Exchange& reply = (same_origin ? raw_ : bare).ask(with_url(initialize(diagnosis_purpose::kRedirect), there));
  if (!same_origin) return;
  end_session_of(reply);
  if (reply.status() == 404 || reply.status() == 405) try_paths();
}

void DiagnosisProbes::try_paths() {
  const std::string own = path_of(options_.url);
  std::string bare = own;
  while (bare.size() > 1 && bare.back() == '/') bare.pop_back();
  std::vector<std::string> tried = {own};
  for (const std::string& path :
       {std::string("/mcp"), std::string("/mcp/"), bare == "/" ? std::string("/mcp/mcp") : bare + bare,
        std::string("/mcp/mcp"), std::string("/sse"), std::string("/")}) {
    if (std::find(tried.begin(), tried.end(), path) != tried.end() || !go_on()) continue;
    tried.push_back(path);
    if (is_found_at(path)) return;
  }
}

// True also if nothing answers there any more.
bool DiagnosisProbes::is_found_at(const std::string& path) {
  const std::string url = resolve_url(options_.url, path), name = path.substr(1);
  if (path == "/sse") {
    RawRequest old = get(diagnosis_purpose::kPath, name, url);
    old.until = ReadUntil::first_event;
    const Exchange& stream = raw_.ask(old);
    return stream.is_event_stream() && !stream.events.empty();
  }
  const Exchange& reply = raw_.ask(with_url(initialize(diagnosis_purpose::kPath, name), url));
  end_session_of(reply);
  return reply.status() == 0 || (reply.status() == 200 && has_result(reply));
}

bool DiagnosisProbes::look_for_old_transport() {
  const auto& known = http_.trace().exchanges;  // whoever looked for it
  if (std::any_of(known.begin(), known.end(), is_old_stream)) return true;
  RawRequest stream = get(diagnosis_purpose::kOldStream);
  stream.until = ReadUntil::first_event;
  stream.deadline = std::min(options_.deadline, kShortPatience);
  return is_old_stream(raw_.ask(stream));
}

void DiagnosisProbes::look_for_life() {
  // No GET alone: one whose stream never begins hangs on a server that is well.
  std::vector<RawRequest> requests = {post(diagnosis_purpose::kAlive, "endpoint", "{"),
                                      get(diagnosis_purpose::kAlive, "sibling", sibling())};
  for (RawRequest& each : requests) {
    each.until = ReadUntil::stream_headers;
    each.deadline = std::min(options_.deadline, kShortPatience);
  }
  const CpuMeter cpu(http_.loop(), options_.process);
  const std::vector<const Exchange*> seen = raw_.ask_all(requests);
  if (std::all_of(seen.begin(), seen.end(), [](const Exchange* each) { return each->status() == 0; }))
    stalled_cpu_ = cpu.cores();
}

// The same again: what was busy with something may have come to its end.
void DiagnosisProbes::look_again() {
  const auto known = http_.trace().exchanges.rbegin();
  if (known == http_.trace().exchanges.rend() || !go_on()) return;
  end_session_of(raw_.ask(initialize(diagnosis_purpose::kLater)));
}

bool DiagnosisProbes::ping_on_fresh_connections(const ProbedSession& session, int count) {
  if (session.id.empty() || !go_on()) return true;
  bool known = false;
  for (int i = 0; i < count && go_on(); ++i) {  // one after the other: several at once may meet one worker
    const RawRequest ping = post(diagnosis_purpose::kFresh, std::to_string(i), ping_body(), headers_of(session));
    const int status = raw_.ask(ping).status();
    if (status == 0) return true;
    known = known || status / 100 == 2;
  }
  return known;
}

// The session that was refused may have been ended by us since.
void DiagnosisProbes::begin_again() {
  if (!go_on()) return;
  const Exchange& opened = raw_.ask(initialize(diagnosis_purpose::kNewSession));
  const std::optional<std::string> id = opened.header("mcp-session-id");
  if (!id || opened.status() != 200) return;
  ping_on_fresh_connections({*id, options_.revision});
  end_session_of(opened);
}

void DiagnosisProbes::open_compressed_stream(const ProbedSession& session) {
  if (!go_on()) return;
  Headers headers = headers_of(session);
  headers.push_back({"Accept-Encoding", "gzip"});
  // A stream of a POST tells compression from a middleware that only holds headers back.
  raw_.ask(post(diagnosis_purpose::kGzip, "ping", ping_body(), headers));
  if (!go_on()) return;
  RawRequest stream = get(diagnosis_purpose::kGzip, "get");
  stream.headers = std::move(headers);
  stream.until = ReadUntil::stream_headers;
  stream.deadline = std::min<Micros>(options_.deadline, 2500 * kMillisecond);
  if (!raw_.ask(stream).header("content-encoding") || !go_on()) return;
  // Do its first bytes come, or does the compressor keep them?
  stream.until = ReadUntil::end;
  stream.deadline = kCompressedPatience;
  raw_.ask(stream);
}

// In a session of its own, whose streams nothing else has touched.
bool DiagnosisProbes::reopen_stream(const std::string& revision) {
  bool fine = false;
  if (!go_on()) return fine;
  const Exchange& begun =
      raw_.ask(post(diagnosis_purpose::kReopen, "initialize", initialize_body(revision, kRequestId)));
  const auto id = begun.header("mcp-session-id");
  if (!id || begun.status() != 200) return fine;
  const Headers headers = session_headers(*id, revision);
  raw_.ask(post(diagnosis_purpose::kReopen, "initialized",
                serialize(make_notification("notifications/initialized", nullptr)), headers));
  for (int i = 0; i < kReopenings && go_on(); ++i) {
    RawRequest stream = get(diagnosis_purpose::kReopen, std::to_string(i));
    stream.headers = headers;
    stream.until = ReadUntil::stream_headers;
    stream.deadline = std::min(options_.deadline, kShortPatience);
    const Exchange& reply = raw_.ask(stream);
    const bool granted = reply.status() == 200 && reply.is_event_stream();
    fine = i > 0 ? granted : reply.status() == 405;
    if (granted == (i > 0)) break;      // granted again, or not even once
    wait(granted ? kNotice : kSecond);  // it has to notice that the stream is gone
  }
  end_session_of(begun);
  return fine;
}

void DiagnosisProbes::look_for_limits(const ProbedSession& session) {
  if (!options_.thorough || !go_on()) return;
  let_it_notice();
  measure_body_limit(session);
  let_it_notice();
  open_several_streams(session);
}

// A server that counts connections may still count those that we have just closed.
void DiagnosisProbes::let_it_notice() {
  const Exchange& seen = raw_.ask(post(diagnosis_purpose::kStreams, "before", "{"));
  end_session_of(seen);
  if (seen.status() == 503) wait(500 * kMillisecond);
}

int DiagnosisProbes::status_of_body(const ProbedSession& session, std::size_t size) {
  const std::size_t frame = ping_body(1).size() - 1;
  return raw_
      .ask(post(diagnosis_purpose::kSize, std::to_string(size), ping_body(size > frame ? size - frame : 1),
                headers_of(session)))
      .status();
}

// Sizes that are somebody's default: Express, nginx, the Python SDK. Then halves, until the limit is known to 64 KiB.
void DiagnosisProbes::measure_body_limit(const ProbedSession& session) {
  std::size_t good = 0, bad = 0;
  for (const std::size_t size : {64 * kKib, 256 * kKib, 1100 * kKib, 4200 * kKib}) {
    if (!go_on()) return;
    const int status = status_of_body(session, size);
    if (status == 413 || (status >= 500 && good > 0)) {
      bad = size;
      break;
    }
    if (status >= 500) status_of_body(session, 256);  // so that it is known to be the size
    if (status != 200) return;                        // something else is wrong, or nobody is there
    good = size;
  }
  while (bad != 0 && bad - good > 64 * kKib && go_on()) {
    const std::size_t middle = (good + bad) / 2;
    const int status = status_of_body(session, middle);
    if (status != 200 && status != 413 && status < 500) return;
    (status == 200 ? good : bad) = middle;
  }
}

// Held open side by side for a moment, then a ping beside them.
void DiagnosisProbes::open_several_streams(const ProbedSession& session) {
  if (!go_on()) return;
  RawRequests streams(http_, {options_.url, options_.headers, options_.connection, options_.deadline, std::nullopt});
  for (int i = 0; i < kStreamsAtOnce; ++i) {
    RawRequest request = get(diagnosis_purpose::kStreams, std::to_string(i));
    request.headers = headers_of(session);
    const Exchange& stream = streams.start(request);
    http_.loop().run_until([&] { return stream.status() != 0 || stream.ended != kNever; },
                           http_.loop().now() + kSecond);
    if (stream.status() != 200) break;
  }
  raw_.ask(post(diagnosis_purpose::kStreams, "ping", ping_body(), headers_of(session)));
}

void DiagnosisProbes::after_failed_old_handshake(const std::string& stream_url) {
  if (!go_on()) return;
  RawRequests held(http_, {options_.url, options_.headers, options_.connection, options_.deadline, std::nullopt});
  RawRequest open = get(diagnosis_purpose::kOldStream, "", stream_url);
  open.until = ReadUntil::first_event;
  const Exchange& stream = held.open_until(open);
  if (!is_old_stream(stream)) return;
  const std::string url = resolve_url(stream_url, stream.events.front().data);
  if (url.empty() || origin_of(url) != origin_of(stream_url)) return;
  for (int i = 0; i < kOldPings && go_on(); ++i)
    raw_.ask(with_url(post(diagnosis_purpose::kOldSession, std::to_string(i), ping_body()), url));
  try_prefix(stream_url, url);
}

// A proxy may take away what stands before the path of the stream.
void DiagnosisProbes::try_prefix(const std::string& stream_url, const std::string& message_url) {
  const std::optional<Url> stream = Url::parse(stream_url), message = Url::parse(message_url);
  if (!stream || !message || !go_on()) return;
  const std::string prefix = stream->path.substr(0, stream->path.rfind('/'));
  if (prefix.empty() || message->path.starts_with(prefix + "/")) return;
  const std::string path = prefix + message->path + (message->query.empty() ? "" : "?" + message->query);
  raw_.ask(with_url(post(diagnosis_purpose::kPrefix, "", ping_body()), resolve_url(stream_url, path)));
}

void DiagnosisProbes::send_into_closed_stream(const std::string& stream_url) {
  if (!go_on()) return;
  RawRequest open = get(diagnosis_purpose::kVoidGet, "", stream_url);
  open.until = ReadUntil::first_event;
  const Exchange& stream = raw_.ask(open);
  if (!is_old_stream(stream)) return;
  const std::string url = resolve_url(stream_url, stream.events.front().data);
  if (url.empty() || origin_of(url) != origin_of(stream_url)) return;
  const Micros end = http_.loop().now() + kClosedStreamPatience;
  int status = 202;
  while (status == 202 && http_.loop().now() < end && go_on()) {
    wait(400 * kMillisecond);
    status = raw_.ask(with_url(post(diagnosis_purpose::kVoidPost, "", ping_body()), url)).status();
  }
}

}  // namespace mcplumb
