// Rules about how event streams come: whole or cut, at once or in a burst.
#include <algorithm>

#include "client/clock.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/causes/rules.hpp"
#include "conformance/causes/stream_ends.hpp"
#include "conformance/record/timing.hpp"

namespace mcplumb {
namespace {

constexpr Micros kSoon = 1500 * kMillisecond;  // a GET stream that lasted longer had served, or R-IDLE-CUT is about it

std::vector<Micros> progress_on(const RunIndex& index, std::size_t exchange) {
  std::vector<Micros> moments;
  for (const Received& received : index.run().trace.received)
    if (received.exchange == exchange && string_member(received.value, "method") == "notifications/progress")
      moments.push_back(received.at);
  return moments;
}

const Received* response_to(const RunIndex& index, std::size_t exchange) {
  for (const Received& received : index.run().trace.received)
    if (received.answers == exchange) return &received;
  return nullptr;
}

// Tells the proxy's part from the server's.
void tell_who_buffers(Diagnosis& diagnosis, const Exchange& exchange, Stack stack) {
  const std::string encoding = exchange.header("content-encoding").value_or("");
  const std::string proxy = describe_proxy(exchange);
  const bool forbidden = exchange.header("x-accel-buffering").value_or("") == "no";
  if (!encoding.empty()) {
    diagnosis.sub_cause = "The stream is compressed (content-encoding: " + shortened(encoding, 40) +
                          "), and the compressor keeps events until its buffer is full or the stream ends.";
    diagnosis.cure = "Leave text/event-stream out of compression, in the server and in the proxies before it";
    if (stack == Stack::python || stack == Stack::unknown)
      diagnosis.cure += " (starlette 0.46.0 and newer do so in their GZipMiddleware)";
    diagnosis.cure += ".";
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

// Whether this is a stream for R-IDLE-CUT, or one that had served.
bool served_for_a_while(const Exchange& stream) {
  return stream.request.method == "GET" && (stream.events_seen > 0 || stream.ended - stream.request.at > kSoon);
}

bool is_cut(const RunIndex& index, const Exchange& exchange) {
  if (!exchange.is_event_stream() || exchange.status() != 200 || !ended_too_early(exchange)) return false;
  if (is_cut_by_read_timeout(exchange)) return false;
  if (exchange.purpose.starts_with(diagnosis_purpose::kAll) || index.was_open_at_term(exchange)) return false;
  if (response_to(index, exchange.number) != nullptr) return false;  // only its very end is missing
  return !served_for_a_while(exchange);
}

std::optional<Diagnosis> streams_cut(const Rule& rule, const RunIndex& index) {
  const Exchange* first = nullptr;
  std::size_t count = 0;
  for (const Exchange& exchange : index.exchanges()) {
    if (!is_cut(index, exchange)) continue;
    ++count;
    if (first == nullptr) first = &exchange;
  }
  if (first == nullptr) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, count > 1 ? Confidence::likely : Confidence::possible);
  add_evidence(diagnosis,
               describe_request(*first) + " got its headers, then " +
                   (first->body_size == 0 ? std::string("not one byte")
                                          : std::to_string(first->body_size) + " bytes and no response") +
                   " before the end" + (first->failure ? ": " + first->failure->message : ""),
               first);
  if (count > 1) add_evidence(diagnosis, "so did " + std::to_string(count - 1) + " other streams");
  const Micros whole = first->ended - first->request.at;
  if (first->events_seen > 0 && whole >= 5 * kSecond && is_round_time(whole)) {
    diagnosis.sub_cause = "It was cut " + rounded_span(whole) +
                          " after the request, although events came: somebody limits the time of a whole reply.";
    diagnosis.cure =
        "Raise the limit for the endpoint: the write timeout of the server, or the longest request of the "
        "gateway.";
  }
  if (const std::string error = index.error_in_log(); !error.empty())
    add_evidence(diagnosis, "the server's log: " + error);
  add_log_sign(diagnosis, rule, index);
  return diagnosis;
}

bool is_compressed_stream(const Exchange& exchange) {
  return exchange.status() == 200 && exchange.is_event_stream() &&
         exchange.header("content-encoding").value_or("identity") != "identity";
}

// Of gzip: ten bytes, and the rest waits for the end.
bool holds_only_a_start(const Exchange& stream) {
  return stream.request.method == "GET" && stream.body_size > 0 && stream.body_size <= 10;
}

// A GET stream of a client that takes compression has no headers: the compressor waits for more.
bool has_held_stream(const RunIndex& index) {
  const auto gets = index.probes(diagnosis_purpose::kGzip);
  return std::any_of(gets.begin(), gets.end(), [](const Exchange* get) {
    return get->request.method == "GET" && get->status() == 0 && get->failure &&
           get->failure->kind == FailureKind::deadline;
  });
}

Diagnosis compressed_stream(const Rule& rule, const RunIndex& index, const Exchange& stream) {
  const bool held = holds_only_a_start(stream) || has_held_stream(index);
  Diagnosis diagnosis = make_diagnosis(rule, held ? Confidence::likely : Confidence::possible);
  if (!held) diagnosis.weight = Weight::warning;
  add_evidence(diagnosis,
               stream.request.method +
                   (find_header(stream.request.headers, "accept-encoding") ? " with Accept-Encoding: gzip"
                                                                           : ", which asked for no compression,") +
                   " got an event stream with content-encoding: " + *stream.header("content-encoding"),
               &stream);
  if (holds_only_a_start(stream))
    add_evidence(diagnosis, "only the " + std::to_string(stream.body_size) + " bytes of the gzip header came", &stream);
  tell_who_buffers(diagnosis, stream, index.stack());
  return diagnosis;
}

// The progress of calls came in one burst at their end, whenever it was looked at.
std::optional<Diagnosis> progress_in_a_burst(const Rule& rule, const RunIndex& index) {
  const std::vector<ProgressSample> samples = progress_samples(index.run().trace);
  const HeldBack held = are_held_back(samples, &ProgressSample::in_a_burst);
  if (held != HeldBack::yes && held != HeldBack::unknown) return std::nullopt;
  if (samples.empty()) return std::nullopt;
  const ProgressSample& one = samples.front();
  Diagnosis diagnosis = make_diagnosis(rule, held == HeldBack::yes ? Confidence::certain : Confidence::possible);
  add_evidence(diagnosis,
               std::to_string(one.events) + " progress events of a call that took " + rounded_span(one.whole) +
                   " arrived within " + rounded_span(one.spread) + " of each other, at its end",
               one.call);
  if (samples.size() > 1)
    add_evidence(diagnosis, "so they did in all of " + std::to_string(samples.size()) + " such calls");
  if (one.headers > one.whole * 3 / 4)
    add_evidence(diagnosis, "the reply headers came with them, after " + rounded_span(one.headers), one.call);
  tell_who_buffers(diagnosis, *one.call, index.stack());
  return diagnosis;
}

bool events_come_in_time(const RunIndex& index) {
  return are_held_back(progress_samples(index.run().trace), &ProgressSample::in_a_burst) == HeldBack::no;
}

std::optional<Diagnosis> streams_buffered(const Rule& rule, const RunIndex& index) {
  if (std::optional<Diagnosis> burst = progress_in_a_burst(rule, index)) return burst;
  const Exchange* compressed = nullptr;
  for (const Exchange& exchange : index.exchanges())
    if (is_compressed_stream(exchange) && (compressed == nullptr || holds_only_a_start(exchange)))
      compressed = &exchange;
  if (compressed == nullptr) return std::nullopt;
  return compressed_stream(rule, index, *compressed);
}

std::optional<Diagnosis> no_progress(const Rule& rule, const RunIndex& index) {
  const Exchange* call = index.probe(diagnosis_purpose::kProgressCall);
  const Exchange* stream = index.probe(diagnosis_purpose::kProgressGet);
  if (call == nullptr || stream == nullptr) return std::nullopt;
  const std::size_t beside = progress_on(index, stream->number).size();
  if (beside == 0 || !progress_on(index, call->number).empty()) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain);
  add_evidence(diagnosis, "a call with a progress token and no GET stream open brought no progress");
  add_evidence(diagnosis,
               "the same call with one open brought " + std::to_string(beside) +
                   " progress notifications there, and none on its own stream",
               stream);
  return diagnosis;
}

std::optional<Diagnosis> primed_too_early(const Rule& rule, const RunIndex& index) {
  for (const Exchange& exchange : index.exchanges()) {
    std::string revision = exchange.revision;
    if (revision.empty())
      if (const Received* response = response_to(index, exchange.number))
        if (const nlohmann::json* result = member(response->value, "result"))
          revision = std::string(string_member(*result, "protocolVersion"));
    if (revision.empty() || revision >= "2025-11-25") continue;
    for (const StreamEvent& event : exchange.events) {
      if (!event.id || !event.has_data || !event.data.empty()) continue;
      Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain);
      add_evidence(diagnosis,
                   "a stream of a session of " + shortened(revision, 20) + " holds an event with id " +
                       shortened(*event.id, 40) + " and empty data",
                   &exchange);
      return diagnosis;
    }
  }
  return std::nullopt;
}

std::optional<Diagnosis> accepted_and_lost(const Rule& rule, const RunIndex& index) {
  const Exchange* post = index.probe(diagnosis_purpose::kVoidPost);
  const Exchange* stream = index.probe(diagnosis_purpose::kVoidGet);
  if (post == nullptr || stream == nullptr || post->status() != 202) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain);
  add_evidence(diagnosis, "the stream was closed by us", stream);
  add_evidence(diagnosis,
               "a message to its URL " + rounded_span(post->request.at - stream->ended) + " later was answered 202",
               post);
  return diagnosis;
}

constexpr Rule kStreamRules[] = {
    {
        .id = "R-CUT",
        .weight = Weight::failure,
        .affects = Affects::replies,
        .title = "Streams end before they are finished",
        .cause = "The reply headers came, and then the connection was closed without the last chunk: whatever wrote "
                 "the stream crashed or was stopped.",
        .cure = "Look into the server's log for the moment of the cut.",
        .links = {"https://www.rfc-editor.org/rfc/rfc9112#section-8",
                  "https://github.com/sysid/sse-starlette/issues/59", "https://github.com/sysid/sse-starlette/pull/141",
                  "https://github.com/modelcontextprotocol/python-sdk/issues/2150"},
        .log_signs = {{"is bound to a different event loop",
                       "Two event loops run in one process, and sse-starlette before 3.0.0 binds its exit event to the "
                       "first one.",
                       "Upgrade sse-starlette to 3.1.0 or newer, or serve from one event loop."},
                      {"ASGI callable returned without completing response",
                       "The handler ended without finishing its reply.", ""}},
        .predicate = streams_cut,
    },
    {
        .id = "R-VOID",
        .weight = Weight::failure,
        .affects = Affects::streams,
        .title = "Messages for a closed stream are accepted and lost",
        .cause = "The stream of HTTP+SSE was closed, and a message to its URL is still answered 202: it goes nowhere, "
                 "and a client waits for ever.",
        .cure = "Answer a message for a closed stream with 404.",
        .links = {"https://modelcontextprotocol.io/specification/2024-11-05/basic/transports#http-with-sse",
                  "https://github.com/modelcontextprotocol/python-sdk/issues/1227",
                  "https://github.com/modelcontextprotocol/python-sdk/pull/2200"},
        .stack_cures = {{Stack::python, "Upgrade the SDK to mcp 1.27.2 or newer."}},
        .predicate = accepted_and_lost,
    },
    {
        .id = "R-BUFFERED",
        .weight = Weight::failure,
        .affects = Affects::streams,
        .title = "Something on the way holds the events back",
        .cause = "Events that were written one by one arrived all at once, with the end of the stream.",
        .cure = "Keep proxies from buffering: `proxy_buffering off` in nginx, and the reply header `X-Accel-Buffering: "
                "no` from the server.",
        .note = "`proxy_set_header X-Accel-Buffering no` in nginx sets a header of the request; it does not stop "
                "buffering.",
        .links = {"https://github.com/encode/starlette/issues/2871",
                  "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_buffering"},
        .explains = {"R-HEADERS-LATE"},
        .contradicted_by = {{"events of calls came while they ran", Contradiction::Effect::weakens,
                             events_come_in_time}},
        .predicate = streams_buffered,
    },
    {
        .id = "R-NO-PROGRESS",
        .weight = Weight::failure,
        .affects = Affects::streams,
        .title = "Progress goes to the GET stream only",
        .cause = "A call that asked for progress got none on its own stream; with a GET stream open it comes there. "
                 "Clients that open none never see it.",
        .cure = "Send the progress of a request on the stream of its own reply.",
        .links =
            {"https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#sending-messages-to-the-server",
             "https://github.com/modelcontextprotocol/python-sdk/issues/2994"},
        .stack_cures = {{Stack::python, "Upgrade the SDK to mcp 1.29.0 or newer."}},
        .predicate = no_progress,
    },
    {
        .id = "R-PRIMING",
        .weight = Weight::warning,
        .affects = Affects::streams,
        .title = "Old clients get an event with empty data",
        .cause = "A stream of a session before 2025-11-25 starts with an event that has an id and empty data. Clients "
                 "of those revisions parse every event's data as JSON and fail.",
        .cure = "Send such an event to sessions of 2025-11-25 and newer only.",
        .links =
            {"https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#sending-messages-to-the-server",
             "https://github.com/modelcontextprotocol/python-sdk/issues/1719",
             "https://github.com/modelcontextprotocol/typescript-sdk/issues/1233"},
        .stack_cures = {{Stack::python, "Upgrade the SDK to 1.23.2 or newer."},
                        {Stack::node, "Upgrade the SDK to 1.24.3 or newer."}},
        .predicate = primed_too_early,
    },
};

}  // namespace

std::span<const Rule> stream_rules() { return kStreamRules; }

}  // namespace mcplumb
