// Rules about how event streams come: whole or cut, at once or in a burst, with signs of life or without.
#include <algorithm>

#include "client/clock.hpp"
#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/causes/predicates.hpp"

namespace mcplumb {
namespace {

constexpr Micros kLate = 2 * kSecond;      // for the headers of a GET stream
constexpr Micros kSilence = 16 * kSecond;  // Python servers give a sign of life every 15 seconds
constexpr Micros kIdleCut = 1500 * kMillisecond;

const nlohmann::json* progress_token(const Exchange& call) {
  const nlohmann::json* params = member(call.message, "params");
  const nlohmann::json* meta = params != nullptr ? member(*params, "_meta") : nullptr;
  return meta != nullptr ? member(*meta, "progressToken") : nullptr;
}

std::vector<Micros> progress_on(const Wire& wire, std::size_t exchange) {
  std::vector<Micros> moments;
  for (const Received& received : wire.run().trace.received)
    if (received.exchange == exchange && string_member(received.value, "method") == "notifications/progress")
      moments.push_back(received.at);
  return moments;
}

const Received* response_to(const Wire& wire, std::size_t exchange) {
  for (const Received& received : wire.run().trace.received)
    if (received.answers == exchange) return &received;
  return nullptr;
}

bool is_get_stream(const Exchange& exchange) {
  return exchange.request.method == "GET" &&
         find_header(exchange.request.headers, "accept").value_or("").find("text/event-stream") != std::string::npos;
}

// Somebody between us and the server gave himself away; empty if nobody did.
std::string proxy_in_words(const Exchange& exchange) {
  for (const char* name : {"via", "cf-ray", "x-amz-cf-id", "x-envoy-upstream-service-time", "x-served-by"})
    if (const auto value = exchange.header(name)) return std::string(name) + ": " + shortened(*value, 60);
  const std::string server = exchange.header("server").value_or("");
  for (const char* name :
       {"nginx", "openresty", "cloudflare", "envoy", "haproxy", "Caddy", "Apache", "awselb", "Varnish"})
    if (server.find(name) != std::string::npos) return "server: " + shortened(server, 60);
  return "";
}

// Tells the proxy's part from the server's.
void tell_who_buffers(Diagnosis& diagnosis, const Exchange& exchange) {
  const std::string encoding = exchange.header("content-encoding").value_or("");
  const std::string proxy = proxy_in_words(exchange);
  const bool forbidden = exchange.header("x-accel-buffering").value_or("") == "no";
  if (!encoding.empty()) {
    diagnosis.sub_cause = "The stream is compressed (content-encoding: " + shortened(encoding, 40) +
                          "), and the compressor keeps events until its buffer is full or the stream ends.";
    diagnosis.cure =
        "Leave text/event-stream out of compression: upgrade starlette to 0.46.0 or newer for its "
        "GZipMiddleware, or exclude the path; see that no proxy compresses it.";
    return;
  }
  if (forbidden) {
    add_evidence(diagnosis, "the reply says x-accel-buffering: no, and arrived buffered all the same", &exchange);
    diagnosis.sub_cause = "The server forbids buffering and a proxy ignores it" +
                          (proxy.empty() ? std::string(".") : " (" + proxy + ").");
    diagnosis.cure =
        "Switch buffering off in the proxy itself: `proxy_buffering off` in nginx, and no "
        "`proxy_ignore_headers X-Accel-Buffering`.";
    return;
  }
  if (proxy.empty()) return;
  add_evidence(diagnosis, "a proxy has its name in the reply: " + proxy, &exchange);
  diagnosis.sub_cause = proxy.find("nginx") != std::string::npos
                            ? "nginx buffers the reply. It takes X-Accel-Buffering out of replies, so from outside "
                              "nobody can see whether the server sent it."
                            : "A proxy buffers the reply, and the server does not forbid it.";
}

// Streams that were still going on when the server was told to stop are no fault.
bool after_term(const Wire& wire, const Exchange& exchange) {
  const auto& facts = wire.run().process_facts;
  return facts && facts->term && facts->term->exchange == exchange.number;
}

}  // namespace

Found cut(const Wire& wire) {
  const Exchange* cut_off = nullptr;
  std::size_t count = 0;
  for (const Exchange& exchange : wire.run().trace.exchanges) {
    const bool ended_early = exchange.failure && exchange.failure->kind == FailureKind::cut;
    const bool nothing_came = exchange.body_size == 0 && exchange.events_seen == 0 && !exchange.closed_by_us &&
                              exchange.ended != kNever && !exchange.failure && exchange.request.method == "POST" &&
                              exchange.message.is_object() && exchange.message.contains("id");
    if (!exchange.is_event_stream() || exchange.status() != 200 || (!ended_early && !nothing_came)) continue;
    if (exchange.purpose.starts_with(asked::kAll) || after_term(wire, exchange)) continue;
    if (response_to(wire, exchange.number) != nullptr) continue;  // only its very end is missing
    if (exchange.request.method == "GET" && exchange.events_seen > 0) continue;
    if (exchange.request.method == "GET" && exchange.ended - exchange.request.at > kIdleCut) continue;  // R-IDLE-CUT
    ++count;
    if (cut_off == nullptr) cut_off = &exchange;
  }
  if (cut_off == nullptr) return std::nullopt;
  Diagnosis diagnosis = from_rule("R-CUT", count > 1 ? Confidence::likely : Confidence::possible);
  add_evidence(diagnosis,
               cut_off->request.method + " " + path_of(cut_off->request.url) + " got its headers, then " +
                   (cut_off->body_size == 0 ? std::string("not one byte")
                                            : std::to_string(cut_off->body_size) + " bytes and no response") +
                   " before the end" + (cut_off->failure ? ": " + cut_off->failure->message : ""),
               cut_off);
  if (count > 1) add_evidence(diagnosis, "so did " + std::to_string(count - 1) + " other streams");
  take_log_sign(diagnosis, wire);
  return diagnosis;
}

Found buffered(const Wire& wire) {
  for (const Exchange& call : wire.run().trace.exchanges) {
    const bool compressed =
        call.is_event_stream() && call.header("content-encoding").value_or("identity") != "identity";
    if (compressed && call.status() == 200) {
      Diagnosis diagnosis = from_rule("R-BUFFERED", Confidence::likely);
      add_evidence(diagnosis,
                   call.request.method + " with Accept-Encoding: gzip got an event stream with " +
                       "content-encoding: " + *call.header("content-encoding"),
                   &call);
      if (call.request.method == "GET" && call.body_size <= 10 && call.body_size > 0)
        add_evidence(diagnosis, "only the " + std::to_string(call.body_size) + " bytes of the gzip header came", &call);
      tell_who_buffers(diagnosis, call);
      return diagnosis;
    }
    if (!call.is_event_stream() || progress_token(call) == nullptr || call.reply() == nullptr) continue;
    const Received* response = response_to(wire, call.number);
    const std::vector<Micros> moments = progress_on(wire, call.number);
    if (response == nullptr || moments.size() < 3) continue;
    // k events of a call of length T were written about T / k apart.
    const Micros whole = response->at - call.request.at, apart = whole / static_cast<Micros>(moments.size());
    const Micros spread = moments.back() - moments.front();
    if (whole < 250 * kMillisecond || spread * 5 >= apart * static_cast<Micros>(moments.size() - 1) ||
        response->at - moments.front() > whole / 4)
      continue;
    Diagnosis diagnosis = from_rule("R-BUFFERED", Confidence::certain);
    add_evidence(diagnosis,
                 std::to_string(moments.size()) + " progress events of a call that took " + span_in_words(whole) +
                     " arrived within " + span_in_words(spread) + " of each other, at its end",
                 &call);
    if (call.reply()->at - call.request.at > whole * 3 / 4)
      add_evidence(diagnosis,
                   "the reply headers came with them, after " + span_in_words(call.reply()->at - call.request.at),
                   &call);
    tell_who_buffers(diagnosis, call);
    return diagnosis;
  }
  return std::nullopt;
}

Found headers_late(const Wire& wire) {
  const Exchange* late = nullptr;
  for (const Exchange& get : wire.run().trace.exchanges) {
    if (!is_get_stream(get) || !was_connected(get) || get.purpose.starts_with("diagnosis/alive")) continue;
    const bool after_all = get.status() == 200 && get.is_event_stream() && get.reply()->at - get.request.at >= kLate;
    const bool not_at_all = get.status() == 0 && get.ended != kNever && get.ended - get.request.at >= kLate &&
                            (!get.failure || get.failure->kind == FailureKind::deadline);
    if (!after_all && !not_at_all) continue;
    if (late == nullptr || late->purpose.starts_with("diagnosis/gzip")) late = &get;
  }
  if (late == nullptr || !wire.had_session()) return std::nullopt;
  const bool gzip =
      find_header(late->request.headers, "accept-encoding").value_or("").find("gzip") != std::string::npos;
  Diagnosis diagnosis = from_rule("R-HEADERS-LATE", Confidence::likely);
  add_evidence(
      diagnosis,
      "GET " + path_of(late->request.url) + (gzip ? " with Accept-Encoding: gzip" : "") +
          (late->status() == 0 ? " had no status line after " + span_in_words(late->ended - late->request.at)
                               : " got its status line after " + span_in_words(late->reply()->at - late->request.at)),
      late);
  if (gzip) {
    diagnosis.confidence = Confidence::certain;
    diagnosis.sub_cause = "Only clients that take gzip wait: a compressing middleware holds the headers back.";
    add_evidence(diagnosis, "without Accept-Encoding the headers came at once");
  } else if (late->status() != 0) {
    if (const std::string proxy = proxy_in_words(*late); !proxy.empty()) {
      add_evidence(diagnosis, "a proxy has its name in the reply: " + proxy, late);
      diagnosis.sub_cause = "A proxy collects the reply before it passes it on.";
    }
  }
  return diagnosis;
}

Found no_progress(const Wire& wire) {
  const Exchange* call = wire.probe("progress/call");
  const Exchange* stream = wire.probe("progress/get");
  if (call == nullptr || stream == nullptr) return std::nullopt;
  const std::size_t beside = progress_on(wire, stream->number).size();
  if (beside == 0 || !progress_on(wire, call->number).empty()) return std::nullopt;
  Diagnosis diagnosis = from_rule("R-NO-PROGRESS", Confidence::certain);
  add_evidence(diagnosis, "a call with a progress token and no GET stream open brought no progress");
  add_evidence(diagnosis,
               "the same call with one open brought " + std::to_string(beside) +
                   " progress notifications there, and none on its own stream",
               stream);
  return diagnosis;
}

Found primed_too_early(const Wire& wire) {
  for (const Exchange& exchange : wire.run().trace.exchanges) {
    std::string revision = exchange.revision;
    if (revision.empty())
      if (const Received* response = response_to(wire, exchange.number))
        if (const nlohmann::json* result = member(response->value, "result"))
          revision = std::string(string_member(*result, "protocolVersion"));
    if (revision.empty() || revision >= "2025-11-25") continue;
    for (const StreamEvent& event : exchange.events) {
      if (!event.id || !event.has_data || !event.data.empty()) continue;
      Diagnosis diagnosis = from_rule("R-PRIMING", Confidence::certain);
      add_evidence(diagnosis,
                   "a stream of a session of " + shortened(revision, 20) + " holds an event with id " +
                       shortened(*event.id, 40) + " and empty data",
                   &exchange);
      return diagnosis;
    }
  }
  return std::nullopt;
}

Found accepted_into_void(const Wire& wire) {
  const Exchange* post = wire.probe("void/post");
  const Exchange* stream = wire.probe("void/get");
  if (post == nullptr || stream == nullptr || post->status() != 202) return std::nullopt;
  Diagnosis diagnosis = from_rule("R-VOID", Confidence::certain);
  add_evidence(diagnosis, "the stream was closed by us", stream);
  add_evidence(diagnosis,
               "a message to its URL " + span_in_words(post->request.at - stream->ended) + " later was answered 202",
               post);
  return diagnosis;
}

Found idle_cut(const Wire& wire) {
  for (const Exchange& stream : wire.run().trace.exchanges) {
    if (!is_get_stream(stream) || !stream.is_event_stream() || stream.status() != 200 || stream.closed_by_us) continue;
    if (stream.ended == kNever || after_term(wire, stream) || stream.deliberate) continue;
    if (stream.failure && stream.failure->kind != FailureKind::cut) continue;
    Micros last = stream.reply()->at;
    for (const Chunk& chunk : stream.chunks) last = std::max(last, chunk.at);
    if (stream.ended - last < kIdleCut) continue;
    Diagnosis diagnosis = from_rule("R-IDLE-CUT", stream.failure ? Confidence::likely : Confidence::possible,
                                    {{"span", span_in_words(stream.ended - last)}});
    add_evidence(diagnosis,
                 "GET " + path_of(stream.request.url) + " was silent for " + span_in_words(stream.ended - last) +
                     " and then ended" + (stream.failure ? " without its last chunk" : "") + ", not by us",
                 &stream);
    if (const std::string proxy = proxy_in_words(stream); !proxy.empty()) {
      add_evidence(diagnosis, "a proxy has its name in the reply: " + proxy, &stream);
      diagnosis.sub_cause = "The proxy's read timeout passed.";
    }
    return diagnosis;
  }
  return std::nullopt;
}

Found silent(const Wire& wire) {
  for (const Exchange& stream : wire.run().trace.exchanges) {
    if (!is_get_stream(stream) || !stream.is_event_stream() || stream.status() != 200 || stream.deliberate) continue;
    if (stream.ended == kNever || stream.comments_seen > 0) continue;
    Micros last = stream.reply()->at;
    for (const Chunk& chunk : stream.chunks) last = std::max(last, chunk.at);
    if (stream.ended - last < kSilence) continue;
    Diagnosis diagnosis = from_rule("R-SILENT", Confidence::certain, {{"span", span_in_words(stream.ended - last)}});
    add_evidence(diagnosis,
                 "GET " + path_of(stream.request.url) + " was open for " +
                     span_in_words(stream.ended - stream.request.at) + " and its last " +
                     span_in_words(stream.ended - last) + " brought not one byte",
                 &stream);
    return diagnosis;
  }
  return std::nullopt;
}

}  // namespace mcplumb
