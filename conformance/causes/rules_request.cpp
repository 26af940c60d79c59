// Rules about good requests that are refused, or whose answers are spoiled.
#include <algorithm>
#include <set>

#include "client/clock.hpp"
#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/text/wording.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/probe_purposes.hpp"
#include "conformance/causes/rules.hpp"

namespace mcplumb {
namespace {

// Errors of a schema library that is given schemas of another version.
bool mentions_zod(std::string_view text) {
  for (const std::string_view part :
       {"_zod", "_parse is not a function", "safeParse is not a function", "safeParseAsync is not a function",
        "reading '_def'", "reading 'typeName'", "zodToJsonSchema", "z.toJSONSchema", "ZodFirstPartyTypeKind"})
    if (text.find(part) != text.npos) return true;
  return false;
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
  const bool is_node = index.stack() == Stack::node;
  Diagnosis diagnosis = make_diagnosis(rule, unread    ? Confidence::certain
                                             : is_node ? Confidence::likely
                                                       : Confidence::possible);
  add_evidence(diagnosis,
               "a well-formed initialize was answered 400 with the error " + shortened(serialize(*error), 160), first);
  return diagnosis;
}

// 503 beside good replies: connections are counted, and streams or idle connections of ours fill the number.
std::optional<Diagnosis> connections_exhausted(const Rule& rule, const RunIndex& index) {
  for (const Exchange& exchange : index.exchanges()) {
    const bool spoiled = exchange.deliberate && !exchange.purpose.starts_with(diagnosis_purpose::kAll);
    if (exchange.status() != 503 || spoiled || is_html(exchange)) continue;
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

// A ping of this size was not served, and smaller ones were: by a limit, or by something that fails there.
bool is_refused_for_size(const Exchange& ping) { return ping.status() == 413 || ping.status() >= 500; }

std::string limit_words(const Exchange& refused, std::size_t most) {
  const std::string where = most > 0 ? " between " + in_kib(most) + " and " + in_kib(refused.request.body_size)
                                     : std::string(" that this run met");
  if (refused.status() == 413) return "Request bodies are refused with 413 above a size" + where + ".";
  return "Request bodies above a size" + where + " are answered " + std::to_string(refused.status()) +
         ": no limit that is said, but a failure.";
}

std::optional<Diagnosis> limit_met(const Rule& rule, const RunIndex& index) {
  if (std::optional<Diagnosis> exhausted = connections_exhausted(rule, index)) return exhausted;
  std::size_t most = 0;
  const Exchange* refused = nullptr;
  for (const Exchange* ping : index.probes(diagnosis_purpose::kSize)) {
    if (ping->status() == 200) most = std::max(most, ping->request.body_size);
    if (is_refused_for_size(*ping)) refused = ping;
  }
  if (refused != nullptr && refused->status() >= 500 && most == 0 && !index.had_session()) refused = nullptr;
  if (refused == nullptr) refused = index.traffic_with_status({413});
  if (refused == nullptr) return std::nullopt;
  const bool is_limit = refused->status() == 413;
  Diagnosis diagnosis = make_diagnosis(rule, is_limit ? Confidence::certain : Confidence::likely,
                                       {{"limit", limit_words(*refused, most)}});
  add_evidence(diagnosis,
               "a body of " + in_kib(refused->request.body_size) + " was answered " + describe_reply(*refused),
               refused);
  if (is_limit) return diagnosis;
  diagnosis.weight = Weight::warning;
  const ReplyOrigin origin = reply_origin(*refused);
  if (!origin.product.empty())
    diagnosis.sub_cause = "It is " + origin.product +
                          " that fails: it keeps larger bodies in a "
                          "file, and may not be able to write it.";
  diagnosis.cure =
      "Look at the log of whoever answers for such a body: a folder for temporary files that cannot be "
      "written, a parser's limit, or a crash.";
  return diagnosis;
}

// What the answers to tools/list and tools/call say about the schemas of tools.
struct SchemasSeen {
  std::set<std::string> tools, without_properties, hollow;  // their names
  const Exchange* listing = nullptr;
  const Exchange* failed = nullptr;
  std::string error;

  void add_text(const Exchange& asked, const std::string& text) {
    if (!mentions_zod(text)) return;
    failed = &asked;
    error = text;
  }
  void add_tool(const nlohmann::json& tool) {
    const std::string name(string_member(tool, "name"));
    const nlohmann::json* schema = member(tool, "inputSchema");
    const nlohmann::json* properties = schema != nullptr ? member(*schema, "properties") : nullptr;
    tools.insert(name);
    if (properties != nullptr && properties->is_object() && properties->empty()) without_properties.insert(name);
    if (schema != nullptr && is_hollow(*schema)) hollow.insert(name);
  }
  // What a converter leaves of a schema that it does not know.
  static bool is_hollow(const nlohmann::json& schema) {
    if (member(schema, "$schema") == nullptr) return false;
    return schema.size() == 1 || (schema.size() == 2 && schema.contains("additionalProperties"));
  }
  void add_result(const Exchange& asked, const nlohmann::json& result) {
    add_text(asked, error_text(result));
    const nlohmann::json* list = member(result, "tools");
    if (string_member(asked.message, "method") != "tools/list" || list == nullptr || !list->is_array()) return;
    listing = &asked;
    for (const nlohmann::json& tool : *list) add_tool(tool);
  }
};

SchemasSeen schemas_in(const RunIndex& index) {
  SchemasSeen seen;
  for (const RunIndex::Answer& answer : index.answers()) {
    if (answer.asked->deliberate || (answer.method != "tools/list" && answer.method != "tools/call")) continue;
    if (const nlohmann::json* problem = member(*answer.message, "error"))
      seen.add_text(*answer.asked, std::string(string_member(*problem, "message")));
    if (const nlohmann::json* result = member(*answer.message, "result")) seen.add_result(*answer.asked, *result);
  }
  return seen;
}

// Without so much as `type: object`: the library that made the schemas is not the one that the SDK converts.
std::optional<Diagnosis> schemas_hollow(const Rule& rule, const SchemasSeen& seen) {
  if (seen.hollow.empty()) return std::nullopt;
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::likely);
  add_evidence(diagnosis,
               plural(seen.hollow.size(), "tool has", "tools have") +
                   " an inputSchema that holds nothing but $schema: " + shortened(*seen.hollow.begin(), 60) +
                   (seen.hollow.size() > 1 ? ", …" : ""),
               seen.listing);
  return diagnosis;
}

// Tools without arguments are nothing to wonder at; only an error of the library tells.
std::optional<Diagnosis> schemas_lost(const Rule& rule, const RunIndex& index) {
  const SchemasSeen seen = schemas_in(index);
  if (seen.failed == nullptr) return schemas_hollow(rule, seen);
  Diagnosis diagnosis = make_diagnosis(rule, Confidence::certain);
  add_evidence(
      diagnosis,
      std::string(string_member(seen.failed->message, "method")) + " failed with: " + shortened(seen.error, 160),
      seen.failed);
  if (!seen.tools.empty() && seen.without_properties == seen.tools) {
    add_evidence(diagnosis,
                 seen.tools.size() == 1
                     ? "the one tool has inputSchema.properties: {}"
                     : "all " + std::to_string(seen.tools.size()) + " tools have inputSchema.properties: {}",
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
        .only_on = {Stack::node},
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
        .only_on = {Stack::node},
        .predicate = schemas_lost,
    },
    {
        .id = "R-LIMIT",
        .weight = Weight::info,
        .affects = Affects::limits,
        .title = "The server has a limit that clients can meet",
        .cause = "{limit}",
        .cure = "Keep requests below it, or raise it. For bodies nginx takes 1 MiB by default "
                "(`client_max_body_size`). For "
                "connections: an open event stream counts as one.",
        .links = {"https://www.rfc-editor.org/rfc/rfc9110#section-15.5.14",
                  "https://github.com/modelcontextprotocol/python-sdk/issues/3101",
                  "https://github.com/modelcontextprotocol/python-sdk/issues/3336"},
        .stack_cures = {{Stack::python,
                         "The SDK takes 4 MiB from 1.29.0 on; `limit_concurrency` of uvicorn counts streams."},
                        {Stack::node, "Express takes 100 kB (`express.json({ limit })`)."}},
        .predicate = limit_met,
    },
};

}  // namespace

std::span<const Rule> request_rules() { return kRequestRules; }

}  // namespace mcplumb
