// Rules about good requests that are refused, or whose answers are spoiled.
#include <algorithm>

#include "client/clock.hpp"
#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/causes/rules.hpp"

namespace mcplumb {
namespace {

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

std::optional<Diagnosis> body_consumed(const Rule& rule, const RunIndex& index) {
  const Exchange* first = index.first_failure();
  if (first == nullptr || first->status() != 400 || !is_initialize(*first)) return std::nullopt;
  const nlohmann::json body = nlohmann::json::parse(first->body, nullptr, false);
  const nlohmann::json* error = member(body, "error");
  const nlohmann::json* code = error_code(body);
  const bool unread = first->body.find("stream is not readable") != std::string::npos;
  if (code == nullptr || *code != -32700) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, unread ? Confidence::certain : Confidence::likely);
  add_evidence(diagnosis,
               "a well-formed initialize was answered 400 with the error " + shortened(serialize(*error), 160), first);
  return diagnosis;
}

// 503 beside good replies: connections are counted, and streams or idle connections of ours fill the number.
std::optional<Diagnosis> connections_exhausted(const Rule& rule, const RunIndex& index) {
  for (const Exchange& exchange : index.exchanges()) {
    if (exchange.status() != 503 || is_html(exchange)) continue;
    const auto open = std::count_if(index.exchanges().begin(), index.exchanges().end(), [&](const Exchange& other) {
      return other.is_event_stream() && other.request.at < exchange.request.at &&
             (other.ended == kNever || other.ended > exchange.request.at);
    });
    if (open == 0 && !index.had_session()) continue;
    Diagnosis diagnosis =
        make_diagnosis(rule, open > 0 ? Confidence::likely : Confidence::possible,
                       {{"limit", "The server refuses requests with 503 while other connections are open."}});
    diagnosis.weight = Weight::failure;
    add_evidence(diagnosis, describe_request(exchange) + " was answered " + describe_reply(exchange), &exchange);
    add_evidence(diagnosis, open > 0 ? std::to_string(open) + " of our event streams were open at that moment"
                                     : "requests before it were answered well; no stream of ours was open, but "
                                       "connections that wait for a next request count too");
    add_log_evidence(diagnosis, index, "Exceeded concurrency limit");
    return diagnosis;
  }
  return std::nullopt;
}

std::optional<Diagnosis> limit_met(const Rule& rule, const RunIndex& index) {
  if (std::optional<Diagnosis> exhausted = connections_exhausted(rule, index)) return exhausted;
  std::size_t most = 0;
  const Exchange* refused = nullptr;
  for (const Exchange* ping : index.probes(diagnosis_purpose::kSize)) {
    if (ping->status() == 200) most = std::max(most, ping->request.body_size);
    if (ping->status() == 413) refused = ping;
  }
  if (refused == nullptr) refused = index.traffic_with_status({413});
  if (refused == nullptr) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(
      rule, Confidence::certain,
      {{"limit", "Request bodies are refused with 413 above a size" +
                     (most > 0 ? " between " + in_kib(most) + " and " + in_kib(refused->request.body_size) : "") +
                     "."}});
  add_evidence(diagnosis,
               "a body of " + in_kib(refused->request.body_size) + " was answered " + describe_reply(*refused),
               refused);
  return diagnosis;
}

// What the answers to tools/list and tools/call say about the schemas of tools.
struct SchemasSeen {
  std::size_t tools = 0, without_properties = 0;
  const Exchange* listing = nullptr;
  const Exchange* failed = nullptr;
  std::string error;

  void add_failure(const Exchange& asked, const std::string& text) {
    failed = &asked;
    error = text;
  }
  void add_error(const Exchange& asked, const nlohmann::json& problem) {
    const std::string text(string_member(problem, "message"));
    const nlohmann::json* code = member(problem, "code");
    const bool cannot_list = string_member(asked.message, "method") == "tools/list" && failed == nullptr &&
                             code != nullptr && *code == -32603;
    if (mentions_zod(text) || cannot_list) add_failure(asked, text);
  }
  void add_list(const Exchange& asked, const nlohmann::json& list) {
    listing = &asked;
    for (const nlohmann::json& tool : list) {
      ++tools;
      const nlohmann::json* schema = member(tool, "inputSchema");
      const nlohmann::json* properties = schema != nullptr ? member(*schema, "properties") : nullptr;
      without_properties += properties != nullptr && properties->is_object() && properties->empty() ? 1 : 0;
    }
  }
  void add_result(const Exchange& asked, const nlohmann::json& result) {
    if (const std::string text = error_text(result); mentions_zod(text)) add_failure(asked, text);
    if (string_member(asked.message, "method") != "tools/list") return;
    if (const nlohmann::json* list = member(result, "tools"); list != nullptr && list->is_array())
      add_list(asked, *list);
  }
};

SchemasSeen schemas_in(const RunIndex& index) {
  SchemasSeen seen;
  for (const Received& received : index.run().trace.received) {
    if (!received.answers || *received.answers >= index.exchanges().size()) continue;
    const Exchange& asked = index.exchanges()[*received.answers];
    const std::string_view method = string_member(asked.message, "method");
    if (asked.deliberate || (method != "tools/list" && method != "tools/call")) continue;
    if (const nlohmann::json* problem = member(received.value, "error")) seen.add_error(asked, *problem);
    if (const nlohmann::json* result = member(received.value, "result")) seen.add_result(asked, *result);
  }
  return seen;
}

std::optional<Diagnosis> schemas_lost(const Rule& rule, const RunIndex& index) {
  const SchemasSeen seen = schemas_in(index);
  const bool all_empty = seen.tools > 0 && seen.without_properties == seen.tools;
  if (seen.failed == nullptr && (seen.tools < 2 || !all_empty)) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, mentions_zod(seen.error) ? Confidence::certain : Confidence::possible);
  if (seen.failed != nullptr)
    add_evidence(
        diagnosis,
        std::string(string_member(seen.failed->message, "method")) + " failed with: " + shortened(seen.error, 160),
        seen.failed);
  if (all_empty) {
    add_evidence(diagnosis, "all " + std::to_string(seen.tools) + " tools have inputSchema.properties: {}",
                 seen.listing);
    diagnosis.sub_cause = "The SDK found no properties in the schemas that it was given.";
  }
  return diagnosis;
}

constexpr Rule kRequestRules[] = {
    {
        .id = "R-BODY",
        .weight = Weight::failure,
        .affects = Affects::requests,
        .title = "Something reads the body before the MCP handler does",
        .cause = "A well-formed request is answered as if it were not JSON: a body parser has consumed it.",
        .cure = "Hand the parsed body on: `transport.handleRequest(req, res, req.body)`, or leave the parser out for "
                "this path.",
        .links = {"https://github.com/modelcontextprotocol/typescript-sdk/issues/223",
                  "https://github.com/vercel/mcp-handler/issues/106"},
        .predicate = body_consumed,
    },
    {
        .id = "R-SCHEMA",
        .weight = Weight::failure,
        .affects = Affects::requests,
        .title = "The tools' schemas are lost or cannot be made",
        .cause = "The schema library is not the one that the SDK was built for: zod 4 schemas in an SDK that knows zod "
                 "3, or zod 3 spellings on zod 4.",
        .cure = "Install one version of zod that the SDK names as its peer, and write schemas for it; "
                "`z.record(z.string(), value)` in the place of `z.record(value)`.",
        .links = {"https://github.com/modelcontextprotocol/typescript-sdk/issues/1251"},
        .predicate = schemas_lost,
    },
    {
        .id = "R-LIMIT",
        .weight = Weight::info,
        .affects = Affects::limits,
        .title = "The server has a limit that clients can meet",
        .cause = "{limit}",
        .cure = "Keep requests below it, or raise it. For bodies: the Python SDK takes 4 MiB from 1.29.0 on, nginx 1 "
                "MiB by default (`client_max_body_size`), Express 100 kB. For connections: an open event stream counts "
                "as one (`limit_concurrency` of uvicorn).",
        .links = {"https://github.com/modelcontextprotocol/python-sdk/issues/3101",
                  "https://github.com/modelcontextprotocol/python-sdk/issues/3336"},
        .predicate = limit_met,
    },
};

}  // namespace

std::span<const Rule> request_rules() { return kRequestRules; }

}  // namespace mcplumb
