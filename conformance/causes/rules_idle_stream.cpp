// Rules about GET streams that nothing need come on: when their headers come, and what happens to them when idle.
#include <algorithm>

#include "client/clock.hpp"
#include "client/http/url.hpp"
#include "client/text/wording.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/causes/rules.hpp"

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

std::optional<Diagnosis> headers_late(const Rule& rule, const RunIndex& index) {
  const Exchange* late = stream_with_late_headers(index);
  if (late == nullptr || !index.had_session()) return std::nullopt;
  const bool gzip = takes_gzip(*late);
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::likely);
  add_evidence(
      diagnosis,
      "GET " + path_of(late->request.url) + (gzip ? " with Accept-Encoding: gzip" : "") +
          (late->status() == 0 ? " had no status line after " + rounded_span(late->ended - late->request.at)
                               : " got its status line after " + rounded_span(late->reply()->at - late->request.at)),
      late);
  if (gzip) {
    diagnosis.confidence = Confidence::certain;
    diagnosis.sub_cause = "Only clients that take gzip wait: a compressing middleware holds the headers back.";
    add_evidence(diagnosis, "without Accept-Encoding the headers came at once");
  } else if (late->status() != 0) {
    tell_proxy(diagnosis, *late, "A proxy collects the reply before it passes it on.");
  }
  return diagnosis;
}

bool is_good_get_stream(const Exchange& exchange) {
  return is_get_stream(exchange) && exchange.is_event_stream() && exchange.status() == 200 && !exchange.deliberate;
}

// How long nothing had come when the stream ended.
Micros silence_before_end(const Exchange& stream) {
  Micros last = stream.reply()->at;
  for (const Chunk& chunk : stream.chunks) last = std::max(last, chunk.at);
  return stream.ended - last;
}

bool was_cut_when_idle(const RunIndex& index, const Exchange& stream) {
  if (!is_good_get_stream(stream) || stream.closed_by_us || stream.ended == kNever) return false;
  if (index.was_open_at_term(stream) || (stream.failure && stream.failure->kind != FailureKind::cut)) return false;
  return silence_before_end(stream) >= kIdleCut;
}

std::optional<Diagnosis> idle_stream_cut(const Rule& rule, const RunIndex& index) {
  for (const Exchange& stream : index.exchanges()) {
    if (!was_cut_when_idle(index, stream)) continue;
    const std::string span = rounded_span(silence_before_end(stream));
    Diagnosis diagnosis =
        make_diagnosis(rule, stream.failure ? Confidence::likely : Confidence::possible, {{"span", span}});
    add_evidence(diagnosis,
                 "GET " + path_of(stream.request.url) + " was silent for " + span + " and then ended" +
                     (stream.failure ? " without its last chunk" : "") + ", not by us",
                 &stream);
    tell_proxy(diagnosis, stream, "The proxy's read timeout passed.");
    return diagnosis;
  }
  return std::nullopt;
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

constexpr Rule kIdleStreamRules[] = {
    {
        .id = "R-HEADERS-LATE",
        .weight = Weight::warning,
        .affects = Affects::streams,
        .title = "The headers of a GET stream come late",
        .cause = "The connection was accepted, but the status line came only with the first byte of the body, or not "
                 "at all. Clients give up before that.",
        .cure = "Leave the endpoint out of compressing middleware (`GZipMiddleware`), flush the headers, or send a "
                "comment line at once; some content networks hold headers back, too.",
        .links = {"https://github.com/encode/starlette/issues/2871"},
        .predicate = headers_late,
    },
    {
        .id = "R-IDLE-CUT",
        .weight = Weight::warning,
        .affects = Affects::streams,
        .title = "Idle streams are cut",
        .cause = "A stream that was silent for {span} was closed by the other side, without its end. That is a proxy's "
                 "read timeout, or a server that gives up.",
        .cure = "Let the server send a comment line every 15 seconds (TypeScript SDK 1.30.0 and newer do), or raise "
                "the proxy's timeout (`proxy_read_timeout` in nginx).",
        .links = {"https://github.com/modelcontextprotocol/typescript-sdk/issues/270",
                  "https://github.com/mark3labs/mcp-go/issues/162"},
        .explains = {"R-SILENT"},
        .predicate = idle_stream_cut,
    },
    {
        .id = "R-SILENT",
        .weight = Weight::warning,
        .affects = Affects::streams,
        .title = "Idle streams are silent",
        .cause = "Nothing at all came on an idle GET stream for {span}. nginx and many load balancers cut such a "
                 "stream after 60 seconds, Cloudflare after about 125, and clients built on undici give up after 300.",
        .cure = "Send a comment line every 15 seconds. The TypeScript SDK does so from 1.30.0 on.",
        .links = {"https://github.com/modelcontextprotocol/typescript-sdk/issues/270",
                  "https://github.com/modelcontextprotocol/typescript-sdk/issues/1211",
                  "https://github.com/modelcontextprotocol/typescript-sdk/pull/2538"},
        .predicate = idle_stream_silent,
    },
};

}  // namespace

std::span<const Rule> idle_stream_rules() { return kIdleStreamRules; }

}  // namespace mcplumb
