// Rules about where the endpoint is, who answers there, and what it refuses.
#include <algorithm>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "client/text/wording.hpp"
#include "conformance/causes/predicates.hpp"
#include "conformance/record/redact.hpp"

namespace mcplumb {
namespace {

std::string host_of(const Exchange& exchange) {
  return find_header(exchange.request.headers, "host").value_or("(none)");
}

bool gives_endpoint_event(const Exchange& exchange) {
  return exchange.request.method == "GET" && exchange.is_event_stream() && !exchange.events.empty() &&
         exchange.events.front().type == "endpoint";
}

// The stream of the transport of 2024-11-05, whoever opened it.
const Exchange* old_stream(const Wire& wire) {
  for (const Exchange& exchange : wire.run().trace.exchanges)
    if (gives_endpoint_event(exchange)) return &exchange;
  return nullptr;
}

// "/api/api/messages" -> "/api"; empty if no prefix stands twice.
std::string doubled_prefix(const std::string& path) {
  const std::size_t second = path.find('/', 1);
  if (second == std::string::npos) return "";
  const std::string prefix = path.substr(0, second);
  return path.compare(second, prefix.size() + 1, prefix + "/") == 0 ? prefix : "";
}

const Exchange* first_with_status(const std::vector<const Exchange*>& all, std::initializer_list<int> statuses) {
  for (const Exchange* each : all)
    if (std::find(statuses.begin(), statuses.end(), each->status()) != statuses.end()) return each;
  return nullptr;
}

bool is_html(const Exchange& exchange) {
  return media_type(exchange.header("content-type").value_or("")) == "text/html";
}

bool mentions_zod(std::string_view text) {
  return text.find("_zod") != text.npos || text.find("_parse is not a function") != text.npos;
}

// What a tool says of its own failure; empty if it did not fail.
std::string error_text(const nlohmann::json& result) {
  const nlohmann::json* failed = member(result, "isError");
  const nlohmann::json* content = member(result, "content");
  if (failed == nullptr || *failed != true || content == nullptr || !content->is_array() || content->empty()) return "";
  return std::string(string_member(content->front(), "text"));
}

std::string in_kib(std::size_t bytes) { return std::to_string((bytes + 512) / 1024) + " KiB"; }

}  // namespace

Found host_refused(const Wire& wire) {
  const Exchange* first = wire.first_failure();
  if (first == nullptr || (first->status() != 421 && first->status() != 403)) return std::nullopt;
  const Exchange* served = nullptr;
  for (const Exchange* retry : wire.probes(asked::kHost))
    if (retry->status() == 200 && has_result(*retry)) served = retry;
  const bool says_host = first->body.find("Invalid Host header") != std::string::npos;
  if (served == nullptr && !says_host && first->status() != 421) return std::nullopt;
  Diagnosis diagnosis = from_rule("R-HOST", served != nullptr ? Confidence::certain : Confidence::likely);
  add_evidence(diagnosis,
               "with Host: " + host_of(*first) + " the reply was " + reply_in_words(*first) +
                   (first->body.empty() ? "" : ": " + shortened(first->body, 80)),
               first);
  if (served != nullptr)
    add_evidence(diagnosis,
                 "the same request with Host: " + host_of(*served) + " was answered " + reply_in_words(*served),
                 served);
  return diagnosis;
}

Found endpoint_url(const Wire& wire) {
  const Exchange* stream = old_stream(wire);
  if (stream == nullptr) return std::nullopt;
  const std::string url = resolve_url(stream->request.url, stream->events.front().data);
  // Once a message was accepted there, a 404 is about its stream, which is gone.
  for (const Exchange& post : wire.run().trace.exchanges)
    if (post.request.method == "POST" && post.status() / 100 == 2 &&
        without_query(post.request.url) == without_query(url))
      return std::nullopt;
  for (const Exchange& post : wire.run().trace.exchanges) {
    if (post.request.method != "POST" || post.status() != 404 || post.deliberate) continue;
    if (without_query(post.request.url) != without_query(url)) continue;
    Diagnosis diagnosis = from_rule("R-ENDPOINT", Confidence::certain, {{"url", redact_url(without_query(url))}});
    add_evidence(diagnosis,
                 "GET " + path_of(stream->request.url) + " sent the event endpoint with the data " +
                     shortened(without_query(stream->events.front().data), 120),
                 stream);
    add_evidence(diagnosis, "POST " + path_of(url) + " was answered " + reply_in_words(post), &post);
    if (const std::string prefix = doubled_prefix(path_of(url)); !prefix.empty())
      diagnosis.sub_cause = "The prefix " + prefix + " stands there twice: the mount and `mount_path` both put it.";
    return diagnosis;
  }
  return std::nullopt;
}

Found other_transport(const Wire& wire) {
  const Exchange* first = wire.first_failure();
  const Exchange* stream = old_stream(wire);
  if (first == nullptr || stream == nullptr || first->request.method != "POST" || first->status() < 400 ||
      first->status() >= 500)
    return std::nullopt;
  Diagnosis diagnosis = from_rule("R-TRANSPORT", Confidence::certain, {{"url", redact_url(stream->request.url)}});
  add_evidence(diagnosis, "POST " + path_of(first->request.url) + " was answered " + reply_in_words(*first), first);
  add_evidence(diagnosis, "GET " + path_of(stream->request.url) + " opened a stream whose first event is endpoint",
               stream);
  return diagnosis;
}

Found other_path(const Wire& wire) {
  const Exchange* first = wire.first_failure();
  if (first == nullptr) return std::nullopt;
  const Exchange* refused = first->status() / 100 == 3 ? wire.probe(asked::kRedirect) : first;
  if (refused == nullptr || (refused->status() != 404 && refused->status() != 405)) return std::nullopt;
  for (const Exchange* candidate : wire.probes(asked::kPath)) {
    const bool answers = (candidate->status() == 200 && has_result(*candidate)) || gives_endpoint_event(*candidate);
    if (!answers) continue;
    const std::string found = path_of(candidate->request.url);
    Diagnosis diagnosis =
        from_rule("R-PATH", Confidence::certain, {{"asked", path_of(first->request.url)}, {"found", found}});
    add_evidence(diagnosis, "POST " + path_of(refused->request.url) + " was answered " + reply_in_words(*refused),
                 refused);
    add_evidence(diagnosis,
                 candidate->request.method + " " + found + " was answered " + reply_in_words(*candidate) +
                     (gives_endpoint_event(*candidate) ? ", with the event endpoint of HTTP+SSE" : ""),
                 candidate);
    if (found == path_of(first->request.url) + path_of(first->request.url))
      diagnosis.sub_cause = "The app was mounted at a path that it brings with it already.";
    return diagnosis;
  }
  return std::nullopt;
}

Found redirected(const Wire& wire) {
  const Exchange* first = first_with_status(wire.traffic(), {301, 302, 303, 307, 308});
  if (first == nullptr) return std::nullopt;
  const std::string reference = first->header("location").value_or("");
  const std::string resolved = resolve_url(first->request.url, reference);
  const std::string& location = resolved.empty() ? reference : resolved;
  Diagnosis diagnosis = from_rule("R-REDIRECT", Confidence::certain,
                                  {{"asked", path_of(first->request.url)}, {"location", redact_url(location)}});
  add_evidence(diagnosis,
               first->request.method + " " + path_of(first->request.url) + " was answered " +
                   std::to_string(first->status()) + " with Location: " + redact_url(location),
               first);
  const std::string from = origin_of(first->request.url), to = origin_of(location);
  const Exchange* there = wire.probe(asked::kRedirect);
  if (from == to) {
    if (there != nullptr) add_evidence(diagnosis, "there the request was answered " + reply_in_words(*there), there);
    if (there != nullptr && there->status() == 200 && has_result(*there)) diagnosis.weight = Weight::warning;
    return diagnosis;
  }
  if (first->request.url.starts_with("https://") && location.starts_with("http://")) {
    diagnosis.sub_cause =
        "The redirect leaves https for http: the server does not know that a proxy speaks TLS for it.";
    diagnosis.cure =
        "Tell the server to believe its proxy (uvicorn: `--proxy-headers --forwarded-allow-ips='*'`), or "
        "use the exact path.";
  } else {
    diagnosis.sub_cause = "The redirect names another host: the server does not know the name that clients use.";
    diagnosis.cure =
        "Let the proxy pass the Host header on (`proxy_set_header Host $http_host` in nginx), or use the "
        "exact path.";
  }
  return diagnosis;
}

Found gateway_page(const Wire& wire) {
  const Exchange* page = nullptr;
  for (const Exchange* each : wire.traffic())
    if ((each->status() == 502 || each->status() == 503 || each->status() == 504) && is_html(*each)) {
      page = each;
      break;
    }
  if (page == nullptr) return std::nullopt;
  const std::string server = page->header("server").value_or("");
  Diagnosis diagnosis = from_rule("R-GATEWAY", server.empty() ? Confidence::likely : Confidence::certain);
  add_evidence(diagnosis,
               page->request.method + " " + path_of(page->request.url) + " was answered " + reply_in_words(*page) +
                   (server.empty() ? "" : ", by Server: " + shortened(server, 60)),
               page);
  if (page->status() == 504)
    diagnosis.sub_cause =
        "The proxy waited " + span_in_words(page->reply()->at - page->request.at) + " for the server and gave up.";
  if (page->status() == 502) diagnosis.sub_cause = "The proxy found nobody at the server's address, or was cut off.";
  return diagnosis;
}

Found body_consumed(const Wire& wire) {
  const Exchange* first = wire.first_failure();
  if (first == nullptr || first->status() != 400 || !is_initialize(*first)) return std::nullopt;
  const nlohmann::json body = nlohmann::json::parse(first->body, nullptr, false);
  const nlohmann::json* error = member(body, "error");
  const nlohmann::json* code = error_code(body);
  const bool unread = first->body.find("stream is not readable") != std::string::npos;
  if (code == nullptr || *code != -32700) return std::nullopt;
  Diagnosis diagnosis = from_rule("R-BODY", unread ? Confidence::certain : Confidence::likely);
  add_evidence(diagnosis,
               "a well-formed initialize was answered 400 with the error " + shortened(serialize(*error), 160), first);
  return diagnosis;
}

// 503 beside good replies: connections are counted, and streams or idle connections of ours fill the number.
static Found streams_exhaust(const Wire& wire) {
  for (const Exchange& exchange : wire.run().trace.exchanges) {
    if (exchange.status() != 503 || is_html(exchange)) continue;
    const auto open =
        std::count_if(wire.run().trace.exchanges.begin(), wire.run().trace.exchanges.end(), [&](const Exchange& other) {
          return other.is_event_stream() && other.request.at < exchange.request.at &&
                 (other.ended == kNever || other.ended > exchange.request.at);
        });
    if (open == 0 && !wire.had_session()) continue;
    Diagnosis diagnosis =
        from_rule("R-LIMIT", open > 0 ? Confidence::likely : Confidence::possible,
                  {{"limit", "The server refuses requests with 503 while other connections are open."}});
    diagnosis.weight = Weight::failure;
    add_evidence(
        diagnosis,
        exchange.request.method + " " + path_of(exchange.request.url) + " was answered " + reply_in_words(exchange),
        &exchange);
    add_evidence(diagnosis, open > 0 ? std::to_string(open) + " of our event streams were open at that moment"
                                     : "requests before it were answered well; no stream of ours was open, but "
                                       "connections that wait for a next request count too");
    if (const std::string line = wire.log_line("Exceeded concurrency limit"); !line.empty()) {
      diagnosis.confidence = Confidence::certain;
      add_evidence(diagnosis, "the server's log: " + line);
    }
    return diagnosis;
  }
  return std::nullopt;
}

Found limit(const Wire& wire) {
  if (Found exhausted = streams_exhaust(wire)) return exhausted;
  std::size_t most = 0;
  const Exchange* refused = nullptr;
  for (const Exchange* ping : wire.probes(asked::kSize)) {
    if (ping->status() == 200) most = std::max(most, ping->request.body_size);
    if (ping->status() == 413) refused = ping;
  }
  if (refused == nullptr) refused = first_with_status(wire.traffic(), {413});
  if (refused == nullptr) return std::nullopt;
  Diagnosis diagnosis = from_rule(
      "R-LIMIT", Confidence::certain,
      {{"limit", "Request bodies are refused with 413 above a size" +
                     (most > 0 ? " between " + in_kib(most) + " and " + in_kib(refused->request.body_size) : "") +
                     "."}});
  add_evidence(diagnosis,
               "a body of " + in_kib(refused->request.body_size) + " was answered " + reply_in_words(*refused),
               refused);
  return diagnosis;
}

Found schema(const Wire& wire) {
  std::size_t tools = 0, empty = 0;
  const Exchange* listing = nullptr;
  const Exchange* failed = nullptr;
  std::string error;
  for (const Received& received : wire.run().trace.received) {
    if (!received.answers || *received.answers >= wire.run().trace.exchanges.size()) continue;
    const Exchange& asked = wire.run().trace.exchanges[*received.answers];
    const std::string_view method = string_member(asked.message, "method");
    if (asked.deliberate || (method != "tools/list" && method != "tools/call")) continue;
    if (const nlohmann::json* problem = member(received.value, "error"); problem != nullptr) {
      const std::string text(string_member(*problem, "message"));
      const bool zod = mentions_zod(text);
      const nlohmann::json* code = member(*problem, "code");
      if (zod || (method == "tools/list" && failed == nullptr && code != nullptr && *code == -32603)) {
        failed = &asked;
        error = text;
      }
    }
    const nlohmann::json* result = member(received.value, "result");
    if (const std::string text = result != nullptr ? error_text(*result) : ""; mentions_zod(text)) {
      failed = &asked;
      error = text;
    }
    const nlohmann::json* list = result != nullptr && method == "tools/list" ? member(*result, "tools") : nullptr;
    if (list == nullptr || !list->is_array()) continue;
    listing = &asked;
    for (const nlohmann::json& tool : *list) {
      ++tools;
      const nlohmann::json* schema = member(tool, "inputSchema");
      const nlohmann::json* properties = schema != nullptr ? member(*schema, "properties") : nullptr;
      empty += properties != nullptr && properties->is_object() && properties->empty() ? 1 : 0;
    }
  }
  const bool zod = mentions_zod(error);
  if (failed == nullptr && (tools < 2 || empty < tools)) return std::nullopt;
  Diagnosis diagnosis = from_rule("R-SCHEMA", zod ? Confidence::certain : Confidence::possible);
  if (failed != nullptr)
    add_evidence(diagnosis,
                 std::string(string_member(failed->message, "method")) + " failed with: " + shortened(error, 160),
                 failed);
  if (tools > 0 && empty == tools) {
    add_evidence(diagnosis, "all " + std::to_string(tools) + " tools have inputSchema.properties: {}", listing);
    diagnosis.sub_cause = "The SDK found no properties in the schemas that it was given.";
  }
  return diagnosis;
}

}  // namespace mcplumb
