// Rules about GET streams that nothing need come on: when their headers come, and what happens to them when idle.
#include <algorithm>

#include "client/clock.hpp"
#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/causes/rules.hpp"
#include "conformance/causes/stream_ends.hpp"

namespace mcplumb {
namespace {

constexpr Micros kLate = 2 * kSecond;      // for the headers of a GET stream
constexpr Micros kSilence = 16 * kSecond;  // Python servers give a sign of life every 15 seconds
constexpr Micros kIdleCut = 1500 * kMillisecond;

bool has_late_headers(const Exchange& get) {
  if (!is_get_stream(get) || !was_connected(get) || get.purpose.starts_with(diagnosis_purpose::kAlive)) return false;
  if (get.status() == 200) return get.is_event_stream() && get.reply()->at - get.request.at >= kLate;
  return get.status() == 0 && get.ended != kNever && get.ended - get.request.at >= kLate &&
         (!get.failure || get.failure->kind == FailureKind::deadline);
}

// The first one; rather one that did not ask for gzip.
const Exchange* stream_with_late_headers(const RunIndex& index) {
  const Exchange* late = nullptr;
  for (const Exchange& exchange : index.exchanges())
    if (has_late_headers(exchange) && (late == nullptr || late->purpose.starts_with(diagnosis_purpose::kGzip)))
      late = &exchange;
  return late;
}

bool takes_gzip(const Exchange& exchange) {
  return find_header(exchange.request.headers, "accept-encoding").value_or("").find("gzip") != std::string::npos;
}

// A proxy that gives itself away becomes the sub-cause.
void tell_proxy(Diagnosis& diagnosis, const Exchange& exchange, const char* sub_cause) {
  const std::string proxy = describe_proxy(exchange);
  if (proxy.empty()) return;
  add_evidence(diagnosis, "a proxy has its name in the reply: " + proxy, &exchange);
  diagnosis.sub_cause = sub_cause;
}

bool has_prompt_headers(const Exchange& get) {
  return is_get_stream(get) && get.status() == 200 && get.is_event_stream() &&
         get.reply()->at - get.request.at < kLate / 4;
}

// A proxy that gave itself away in any reply of the endpoint: a stream without headers cannot name it.
std::string proxy_seen(const RunIndex& index, const Exchange& late) {
  std::string proxy = describe_proxy(late);
  for (const Exchange& other : index.exchanges())
    if (proxy.empty() && without_query(other.request.url) == without_query(late.request.url))
      proxy = describe_proxy(other);
  return proxy;
}

void tell_what_holds_headers(Diagnosis& diagnosis, const RunIndex& index, const Exchange& late) {
  const bool plain_is_prompt =
      std::any_of(index.exchanges().begin(), index.exchanges().end(),
                  [&](const Exchange& other) { return !takes_gzip(other) && has_prompt_headers(other); });
  if (takes_gzip(late) && plain_is_prompt) {
    diagnosis.confidence = Confidence::certain;
    diagnosis.sub_cause = "Only clients that take gzip wait: a compressing middleware holds the headers back.";
    diagnosis.cure = "Leave the endpoint out of the compressing middleware";
    if (index.stack() == Stack::python || index.stack() == Stack::unknown)
      diagnosis.cure += " (`GZipMiddleware` of starlette)";
    diagnosis.cure += ".";
    add_evidence(diagnosis, "without Accept-Encoding the headers came at once");
    return;
  }
  const std::string proxy = proxy_seen(index, late);
  if (proxy.empty()) return;
  const bool nginx = proxy.find("nginx") != std::string::npos || proxy.find("openresty") != std::string::npos;
  add_evidence(diagnosis, "a proxy has its name in replies of the endpoint: " + proxy);
  diagnosis.sub_cause = "A proxy collects the reply before it passes it on.";
  diagnosis.cure =
      nginx ? "`proxy_buffering off` for the endpoint, or the reply header `X-Accel-Buffering: no` from the "
              "server. Over HTTP/2 nginx 1.22 holds the headers of a silent stream back all the same: let the "
              "server send a comment line at once."
            : "Switch buffering off in the proxy for the endpoint, and let the server send a comment line at "
              "once.";
}

std::optional<Diagnosis> headers_late(const Rule& rule, const RunIndex& index) {
  const Exchange* late = stream_with_late_headers(index);
  if (late == nullptr || !index.had_session()) return std::nullopt;
  // One that is late while the next comes at once says nothing.
  const bool gzip = takes_gzip(*late);
  for (const Exchange& other : index.exchanges())
    if (takes_gzip(other) == gzip && has_prompt_headers(other)) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::likely);
  add_evidence(
      diagnosis,
      "GET " + path_of(late->request.url) + (gzip ? " with Accept-Encoding: gzip" : "") +
          (late->status() == 0 ? " had no status line after " + rounded_span(late->ended - late->request.at)
                               : " got its status line after " + rounded_span(late->reply()->at - late->request.at)),
      late);
  tell_what_holds_headers(diagnosis, index, *late);
  return diagnosis;
}

bool is_good_get_stream(const Exchange& exchange) {
  return is_get_stream(exchange) && exchange.is_event_stream() && exchange.status() == 200 && !exchange.deliberate;
}

bool was_cut_when_idle(const RunIndex& index, const Exchange& stream) {
  if (!is_good_get_stream(stream) || stream.closed_by_us || stream.ended == kNever) return false;
  if (index.was_open_at_term(stream) || (stream.failure && stream.failure->kind != FailureKind::cut)) return false;
  return silence_before_end(stream) >= kIdleCut;
}

// A request's stream, silent while its tool worked.
const Exchange* request_cut_when_idle(const RunIndex& index) {
  for (const Exchange& stream : index.exchanges())
    if (is_cut_by_read_timeout(stream) && index.answer_to(stream) == nullptr && !index.was_open_at_term(stream))
      return &stream;
  return nullptr;
}

bool another_of_same_span(const RunIndex& index, const Exchange& cut) {
  const Micros span = silence_before_end(cut);
  return std::any_of(index.exchanges().begin(), index.exchanges().end(), [&](const Exchange& other) {
    if (other.number == cut.number || !other.is_event_stream() || other.ended == kNever || other.closed_by_us)
      return false;
    if (!other.failure || other.failure->kind != FailureKind::cut) return false;
    const Micros difference = silence_before_end(other) - span;
    return std::max(difference, -difference) * 10 < span;
  });
}

Diagnosis cut_when_idle(const Rule& rule, const RunIndex& index, const Exchange& stream, Confidence confidence) {
  const std::string span = rounded_span(silence_before_end(stream));
  Diagnosis diagnosis = make_diagnosis(rule, confidence, {{"span", span}});
  add_evidence(diagnosis,
               describe_request(stream) + " was silent for " + span + " and then ended" +
                   (stream.failure ? " without its last chunk" : "") + ", not by us",
               &stream);
  if (another_of_same_span(index, stream)) {
    diagnosis.confidence = Confidence::certain;
    add_evidence(diagnosis, "another stream was cut after a silence of the same length");
  }
  tell_proxy(diagnosis, stream, "The proxy's read timeout passed.");
  if (diagnosis.sub_cause.empty() && is_cut_by_read_timeout(stream))
    diagnosis.sub_cause = "It was silent for a round number of seconds, as a proxy's read timeout is.";
  return diagnosis;
}

std::optional<Diagnosis> idle_stream_cut(const Rule& rule, const RunIndex& index) {
  if (const Exchange* stream = request_cut_when_idle(index)) {
    Diagnosis diagnosis = cut_when_idle(rule, index, *stream, Confidence::likely);
    diagnosis.weight = Weight::failure;
    add_evidence(diagnosis, "the response to it never came", stream);
    return diagnosis;
  }
  for (const Exchange& stream : index.exchanges())
    if (was_cut_when_idle(index, stream))
      return cut_when_idle(rule, index, stream, stream.failure ? Confidence::likely : Confidence::possible);
  return std::nullopt;
}

bool server_ended_meanwhile(const RunIndex& index) {
  const auto& processes = index.run().trace.processes;
  return std::any_of(processes.begin(), processes.end(), [](const ProcessRecord& each) {
    return each.ended != kNever && each.terminated == kNever && each.killed == kNever && each.input_closed == kNever;
  });
}

std::optional<Diagnosis> idle_stream_silent(const Rule& rule, const RunIndex& index) {
  for (const Exchange& stream : index.exchanges()) {
    if (!is_good_get_stream(stream) || stream.ended == kNever || stream.comments_seen > 0) continue;
    const Micros silence = silence_before_end(stream);
    if (silence < kSilence) continue;
    Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain, {{"span", rounded_span(silence)}});
    add_evidence(diagnosis,
                 "GET " + path_of(stream.request.url) + " was open for " +
                     rounded_span(stream.ended - stream.request.at) + " and its last " + rounded_span(silence) +
                     " brought not one byte",
                 &stream);
    return diagnosis;
  }
  return std::nullopt;
}

// A stream of this session that was granted, and was over a while before.
const Exchange* granted_before(const RunIndex& index, const Exchange& refused) {
  const auto session = find_header(refused.request.headers, "mcp-session-id");
  for (const Exchange& other : index.exchanges())
    if (is_get_stream(other) && other.status() == 200 && other.is_event_stream() && other.ended != kNever &&
        other.ended + kSecond / 2 < refused.request.at &&
        session == find_header(other.request.headers, "mcp-session-id"))
      return &other;
  return nullptr;
}

std::vector<const Exchange*> reopenings(const RunIndex& index) {
  std::vector<const Exchange*> gets = index.probes(diagnosis_purpose::kReopen);
  std::erase_if(gets, [](const Exchange* each) { return each->request.method != "GET"; });
  return gets;
}

std::optional<Diagnosis> refused_again(const Rule& rule, const RunIndex& index) {
  const auto gets = reopenings(index);
  if (gets.size() < 2) return std::nullopt;
  const Exchange& last = *gets.back();
  if (last.status() < 400 || last.status() == 405) return std::nullopt;
  const Exchange* granted = granted_before(index, last);
  if (granted == nullptr || !index.had_session()) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain);
  add_evidence(diagnosis, "a GET stream of the session was granted, and then closed by us", granted);
  const std::string why = error_message(last);
  add_evidence(diagnosis,
               "another one was refused " + rounded_span(last.request.at - granted->ended) +
                   " later: " + describe_reply(last) + (why.empty() ? "" : ", " + shortened(why, 120)),
               &last);
  return diagnosis;
}

// Whoever forgot the session refuses anything in it.
bool session_is_gone(const RunIndex& index) {
  const auto gets = reopenings(index);
  return !gets.empty() && gets.back()->status() == 404;
}

// What every request got at that time says nothing of streams.
bool all_is_refused(const RunIndex& index) {
  const auto gets = reopenings(index);
  if (gets.empty() || gets.back()->status() < 500) return false;
  const Exchange& refused = *gets.back();
  bool alike = false, served_after = false;
  for (const Exchange* each : index.traffic()) {
    if (each->request.method != "POST") continue;
    alike = alike || each->status() == refused.status();
    served_after = served_after || (each->status() / 100 == 2 && each->request.at > refused.request.at);
  }
  return alike && !served_after;
}

constexpr Rule kIdleStreamRules[] = {
    {
        .id = "R-HEADERS-LATE",
        .weight = Weight::warning,
        .affects = Affects::streams,
        .title = "The headers of a GET stream come late",
        .cause = "The connection was accepted, but the status line came only with the first byte of the body, or not "
                 "at all. Clients give up before that.",
        .cure = "Flush the headers as soon as the stream is opened, or send a comment line at once; whatever collects "
                "whole "
                "replies must leave the endpoint out. A server without such a stream answers GET with 405.",
        .links = {"https://modelcontextprotocol.io/specification/2025-11-25/basic/"
                  "transports#listening-for-messages-from-the-server",
                  "https://github.com/encode/starlette/issues/2871"},
        .predicate = headers_late,
    },
    {
        .id = "R-IDLE-CUT",
        .weight = Weight::warning,
        .affects = Affects::streams,
        .title = "Silent streams are cut",
        .cause = "A stream that was silent for {span} was closed by the other side, without its end. That is the read "
                 "timeout of a proxy, or a server that gives up.",
        .cure =
            "Let the server send progress or a comment line more often than that, or raise the proxy's read timeout "
            "(`proxy_read_timeout` in nginx, `timeout server` in HAProxy).",
        .links = {"https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout",
                  "https://github.com/modelcontextprotocol/typescript-sdk/issues/270",
                  "https://github.com/mark3labs/mcp-go/issues/162"},
        .explains = {"R-SILENT"},
        .contradicted_by = {{"the program that we started had ended", Contradiction::Effect::silences,
                             server_ended_meanwhile}},
        .stack_cures = {{Stack::node, "The SDK sends comment lines from 1.30.0 on."}},
        .predicate = idle_stream_cut,
    },
    {
        .id = "R-REOPEN",
        .weight = Weight::warning,
        .affects = Affects::streams,
        .title = "A GET stream cannot be opened a second time",
        .cause = "The stream of a session was granted and closed, and the next one in the same session is refused. A "
                 "client whose connection breaks cannot reconnect, or not before the server finds out.",
        .cure = "Forget the stream as soon as its connection ends, and grant the next one.",
        .links =
            {"https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#resumability-and-redelivery",
             "https://github.com/modelcontextprotocol/csharp-sdk/issues/1239"},
        .contradicted_by = {{"the session is not known any more", Contradiction::Effect::silences, session_is_gone},
                            {"every request is refused so", Contradiction::Effect::silences, all_is_refused}},
        .predicate = refused_again,
    },
    {
        .id = "R-SILENT",
        .weight = Weight::warning,
        .affects = Affects::streams,
        .title = "Idle streams are silent",
        .cause = "Nothing at all came on an idle GET stream for {span}. nginx and many load balancers cut such a "
                 "stream after 60 seconds, Cloudflare after about 125, and clients built on undici give up after 300.",
        .cure = "Send a comment line every 15 seconds.",
        .links = {"https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes",
                  "https://github.com/modelcontextprotocol/typescript-sdk/issues/270",
                  "https://github.com/modelcontextprotocol/typescript-sdk/issues/1211",
                  "https://github.com/modelcontextprotocol/typescript-sdk/pull/2538"},
        .stack_cures = {{Stack::node, "The SDK does so from 1.30.0 on."}},
        .predicate = idle_stream_silent,
    },
};

}  // namespace

std::span<const Rule> idle_stream_rules() { return kIdleStreamRules; }

}  // namespace mcplumb
