// Rules about headers and bodies that a layer beneath the messages has spoiled.
#include <algorithm>

#include "client/http/headers.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "client/text/utf8.hpp"
#include "client/transport/spoiled_body.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/rules.hpp"

namespace mcplumb {
namespace {

constexpr std::string_view kSessionHeader = "mcp-session-id";

// The initialize that a failed session began with, and the request that was refused in it.
struct RefusedSession {
  const Exchange* initialize = nullptr;
  const Exchange* refused = nullptr;
};

RefusedSession refused_session(const RunIndex& index) {
  RefusedSession found;
  found.refused = index.first_failure();
  if (found.refused == nullptr || is_initialize(*found.refused)) return {};
  if (found.refused->status() != 400 && found.refused->status() != 404) return {};
  for (const Exchange& exchange : index.exchanges())
    if (is_initialize(exchange) && exchange.session == found.refused->session) found.initialize = &exchange;
  return found.initialize != nullptr ? found : RefusedSession{};
}

std::size_t times(const Headers& headers, std::string_view name) {
  return static_cast<std::size_t>(std::count_if(
      headers.begin(), headers.end(), [&](const Header& header) { return find_header({header}, name).has_value(); }));
}

// "Missing session ID", "Mcp-Session-Id header is required", "No valid session ID provided"
bool misses_session_id(const Exchange& refused) {
  const std::string text = lower_case(refused.body);
  if (text.find("session") == std::string::npos) return false;
  for (const char* word :
       {"missing", "required", "no valid", "must include", "include a valid", "without", "not provided"})
    if (text.find(word) != std::string::npos) return true;
  return false;
}

Diagnosis refused_diagnosis(const Rule& rule, Confidence confidence, const RefusedSession& seen, std::string cause,
                            std::string cure) {
  Diagnosis diagnosis = make_diagnosis(rule, confidence);
  diagnosis.cause = std::move(cause);
  diagnosis.cure = std::move(cure);
  add_evidence(diagnosis, "initialize was answered " + describe_reply(*seen.initialize), seen.initialize);
  add_evidence(diagnosis,
               "after it " + std::string(string_member(seen.refused->message, "method")) + " was answered " +
                   describe_reply(*seen.refused) + ": " + shortened(seen.refused->body, 100),
               seen.refused);
  return diagnosis;
}

std::optional<Diagnosis> session_header_twice(const Rule& rule, const RunIndex& index) {
  for (const Exchange& exchange : index.exchanges()) {
    if (!is_initialize(exchange) || exchange.blocks.empty()) continue;
    const std::size_t count = times(exchange.blocks.back().headers, kSessionHeader);
    if (count < 2) continue;
    Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain);
    diagnosis.title = "The session id is sent twice";
    diagnosis.cause = "Mcp-Session-Id stands " + std::string(count == 2 ? "twice" : "more than once") +
                      " in the reply to initialize. Clients join the values with a comma (RFC 9110 section 5.3) and "
                      "send back an id that the server does not know.";
    diagnosis.cure =
        "Let one layer set it: a proxy or a middleware that adds the header must not pass on the server's "
        "own (nginx: `proxy_hide_header`; CORS middleware: expose the header, do not set it).";
    add_evidence(diagnosis, "the reply to initialize has the header " + std::to_string(count) + " times", &exchange);
    if (const RefusedSession seen = refused_session(index); seen.refused != nullptr)
      add_evidence(diagnosis, "what carried the joined id was answered " + describe_reply(*seen.refused), seen.refused);
    return diagnosis;
  }
  return std::nullopt;
}

std::optional<Diagnosis> session_header_lost(const Rule& rule, const RunIndex& index) {
  if (std::optional<Diagnosis> twice = session_header_twice(rule, index)) return twice;
  const RefusedSession seen = refused_session(index);
  if (seen.refused == nullptr || !misses_session_id(*seen.refused)) return std::nullopt;
  const bool issued = seen.initialize->header(kSessionHeader).has_value();
  const bool sent = find_header(seen.refused->request.headers, kSessionHeader).has_value();
  if (!issued)
    return refused_diagnosis(
        rule, Confidence::likely, seen,
        "The reply to initialize has no Mcp-Session-Id, and then the server misses one: something between drops the "
        "header of the reply, or the server demands an id that it never issues.",
        "Let every layer pass Mcp-Session-Id on in both directions; gateways that build their own reply often copy the "
        "body, the status and Content-Type only.");
  if (!sent) return std::nullopt;
  return refused_diagnosis(
      rule, Confidence::likely, seen,
      "The server issued a session id, and misses it although it was sent: something between drops the Mcp-Session-Id "
      "header of requests.",
      "Let every layer pass Mcp-Session-Id on to the server; allow lists of headers (CDNs, API gateways, "
      "`proxy_set_header` "
      "blocks, rewriting functions) need it by name.");
}

// Whose limit is passed, the tightest first.
struct HeaderLimit {
  std::size_t bytes;
  std::string_view who;
};

constexpr HeaderLimit kHeaderLimits[] = {
    {8 * 1024,
     "nginx answers 502 for more than its buffer of 4 or 8 KiB (`proxy_buffer_size`), aiohttp takes 8 KiB a line"},
    {16 * 1024, "Node.js clients take 16 KiB in all (`--max-http-header-size`)"},
    {64 * 1024, "Python's http.client and h11 take 64 KiB"},
    {100 * 1024, "libcurl takes 100 KiB a line"}};

std::string in_kibibytes(std::size_t bytes) { return std::to_string((bytes + 512) / 1024) + " KiB"; }

// The client itself gave up: of the line that was too long nothing was seen.
std::optional<Diagnosis> headers_refused(const Rule& rule, const RunIndex& index) {
  for (const Exchange& exchange : index.exchanges()) {
    const bool too_large = exchange.failure && exchange.failure->kind == FailureKind::too_large;
    if (!too_large || exchange.blocks.empty() || exchange.blocks.back().at != kNever) continue;
    Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain);
    diagnosis.weight = Weight::failure;
    add_evidence(diagnosis, describe_request(exchange) + ": " + exchange.failure->message, &exchange);
    return diagnosis;
  }
  return std::nullopt;
}

std::optional<Diagnosis> large_headers(const Rule& rule, const RunIndex& index) {
  const Exchange* worst = nullptr;
  std::size_t most = kHeaderLimits[0].bytes;
  for (const Exchange& exchange : index.exchanges()) {
    if (exchange.blocks.empty() || header_bytes(exchange.blocks.back()) <= most) continue;
    most = header_bytes(exchange.blocks.back());
    worst = &exchange;
  }
  if (std::optional<Diagnosis> refused = headers_refused(rule, index)) return refused;
  if (worst == nullptr) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain);
  const Headers& headers = worst->blocks.back().headers;
  const auto longest = std::max_element(
      headers.begin(), headers.end(), [](const Header& a, const Header& b) { return a.value.size() < b.value.size(); });
  add_evidence(diagnosis,
               describe_request(*worst) + " was answered with " + in_kibibytes(most) + " of headers, " +
                   in_kibibytes(longest->value.size()) + " of them in " + shortened(longest->name, 60),
               worst);
  for (const HeaderLimit& limit : kHeaderLimits)
    if (most > limit.bytes) add_evidence(diagnosis, "limit passed: " + std::string(limit.who));
  return diagnosis;
}

std::optional<Diagnosis> compressed_unasked(const Rule& rule, const RunIndex& index) {
  for (const Exchange* exchange : index.traffic()) {
    if (!exchange->over_http() || !is_compressed_unasked(*exchange)) continue;
    Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain);
    add_evidence(
        diagnosis,
        describe_request(*exchange) + " had no Accept-Encoding; of its reply " + compression_sentence(*exchange),
        exchange);
    return diagnosis;
  }
  return std::nullopt;
}

std::optional<Diagnosis> length_counts_characters(const Rule& rule, const RunIndex& index) {
  for (const Received& received : index.run().trace.received) {
    const Exchange& carrier = index.exchanges()[received.exchange];
    if (!received.value.is_null() || carrier.is_event_stream() || !counts_characters(carrier)) continue;
    Diagnosis diagnosis = make_diagnosis(rule, carrier.body_cut ? Confidence::likely : Confidence::certain);
    add_evidence(diagnosis,
                 "the JSON of " + describe_request(carrier) + " breaks off after " + std::to_string(carrier.body_size) +
                     " bytes, where Content-Length says; it lacks about as many bytes as its characters beyond ASCII "
                     "have more than one",
                 &carrier);
    return diagnosis;
  }
  return std::nullopt;
}

constexpr Rule kWireRules[] = {
    {
        .id = "R-SESSION-HEADER",
        .weight = Weight::failure,
        .affects = Affects::requests,
        .title = "The session id gets lost on the way",
        .cause = "Mcp-Session-Id must reach the client with the reply to initialize, once, and the server with every "
                 "request after it.",
        .cure = "Let every layer pass Mcp-Session-Id on in both directions, unchanged and once.",
        .links = {"https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management"},
        .predicate = session_header_lost,
    },
    {
        .id = "R-LENGTH",
        .weight = Weight::failure,
        .affects = Affects::replies,
        .title = "Content-Length counts characters",
        .cause =
            "Content-Length is the number of characters of the body where it must be the number of bytes (RFC 9110 "
            "section 8.6), so clients cut the end of every text that is not plain ASCII.",
        .cure =
            "Count the encoded bytes: `Buffer.byteLength(body)` and not `body.length`, `len(body.encode())` and not "
            "`len(body)`; or leave the header to the framework.",
        .links = {"https://www.rfc-editor.org/rfc/rfc9110#section-8.6"},
        .explains = {"R-CUT"},
        .predicate = length_counts_characters,
    },
    {
        .id = "R-COMPRESSED",
        .weight = Weight::warning,
        .affects = Affects::replies,
        .title = "Replies are compressed although nobody asked for it",
        .cause =
            "A client that sends no Accept-Encoding gets a compressed body. RFC 9110 section 12.5.3 allows it, but "
            "clients that send none seldom decompress, and cannot read a byte.",
        .cure = "Compress only what a request accepts: look at middleware or a proxy that compresses every reply.",
        .links = {"https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3"},
        .explains = {"R-BUFFERED"},
        .predicate = compressed_unasked,
    },
    {
        .id = "R-HEADERS-LARGE",
        .weight = Weight::warning,
        .affects = Affects::limits,
        .title = "The headers of replies are larger than some clients and proxies take",
        .cause = "No standard bounds them, but every implementation does, and each fails in its own way beyond that.",
        .cure = "Keep what is large out of headers: session ids and tokens that hold all their data, cookies, traces.",
        .links = {"https://www.rfc-editor.org/rfc/rfc9110#section-5.4"},
        .predicate = large_headers,
    },
};

}  // namespace

std::span<const Rule> wire_rules() { return kWireRules; }

}  // namespace mcplumb
