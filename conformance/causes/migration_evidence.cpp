#include "conformance/causes/migration_evidence.hpp"

#include <algorithm>
#include <map>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "client/transport/era.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/probe_purposes.hpp"

namespace mcplumb::migration_evidence {
namespace {

using nlohmann::json;

bool names(Words words, std::string_view text) { return std::find(words.begin(), words.end(), text) != words.end(); }

const json* result_of(const RunIndex::Answer& answer) { return member(*answer.message, "result"); }

std::string code_of(const RunIndex::Answer& answer) {
  const json* code = error_code(*answer.message);
  return code != nullptr ? serialize(*code) : "";
}

// "400 application/json, 98 bytes, with the error -32600", "the error -32601"
std::string describe_outcome(const RunIndex& index, const Exchange& exchange) {
  const RunIndex::Answer* answer = index.answer_to(exchange);
  const std::string code = answer != nullptr ? code_of(*answer) : "";
  if (exchange.status() == 0 && !code.empty()) return "with the error " + code;
  return describe_reply(exchange) + (code.empty() ? "" : ", with the error " + code);
}

// One line: "12 results had none, of tools/list, tools/call; the first:".
Evidence summed_up(const std::map<std::string, std::size_t>& counts, const Exchange* first, const std::string& what) {
  if (counts.empty()) return {};
  std::size_t total = 0;
  std::string methods;
  for (const auto& [method, count] : counts) {
    total += count;
    methods += (methods.empty() ? "" : ", ") + method;
  }
  return {{plural(total, "result has ", "results have ") + what + ": " + shortened(methods, 160), first}};
}

template <class Lacks>
Evidence lacking(const RunIndex& index, const std::string& what, const Lacks& lacks) {
  std::map<std::string, std::size_t> counts;
  const Exchange* first = nullptr;
  for (const RunIndex::Answer& answer : index.answers()) {
    const json* result = result_of(answer);
    if (result == nullptr || !result->is_object() || answer.method == "initialize" || !lacks(answer.method, *result))
      continue;
    ++counts[shortened(answer.method, 40)];
    if (first == nullptr) first = answer.asked;
  }
  return summed_up(counts, first, what);
}

bool refers_elsewhere(const json& schema, std::string& where, int depth = 0) {
  if (depth > 64) return false;
  if (const json* reference = member(schema, "$ref"); reference != nullptr && reference->is_string()) {
    where = reference->get<std::string>();
    if (where.starts_with("http://") || where.starts_with("https://")) return true;
  }
  if (!schema.is_structured()) return false;
  return std::any_of(schema.begin(), schema.end(),
                     [&](const json& each) { return refers_elsewhere(each, where, depth + 1); });
}

}  // namespace

Evidence discovery_not_answered(const RunIndex& index, Words) {
  for (const Exchange& exchange : index.exchanges()) {
    if (string_member(exchange.message, "method") != "server/discover") continue;
    const RunIndex::Answer* answer = index.answer_to(exchange);
    if (answer != nullptr && result_of(*answer) != nullptr) return {};
    return {{"server/discover was answered " + describe_outcome(index, exchange), &exchange}};
  }
  return {};
}

Evidence refused_without_session(const RunIndex& index, Words) {
  const Exchange* probe = index.probe(migration_purpose::kAlone);
  if (probe == nullptr) return {};
  const RunIndex::Answer* answer = index.answer_to(*probe);
  if (answer != nullptr && result_of(*answer) != nullptr) return {};
  return {{std::string(string_member(probe->message, "method")) + " without handshake and session was answered " +
               describe_outcome(index, *probe),
           probe}};
}

Evidence contradicting_headers_served(const RunIndex& index, Words) {
  const Exchange* probe = index.probe(migration_purpose::kHeaders);
  const RunIndex::Answer* answer = probe != nullptr ? index.answer_to(*probe) : nullptr;
  if (answer == nullptr || result_of(*answer) == nullptr) return {};
  return {{std::string(answer->method) + " under the header Mcp-Method: mcplumb/another was answered with a result",
           probe}};
}

Evidence methods_answered(const RunIndex& index, Words methods) {
  Evidence evidence;
  for (const std::string_view method : methods)
    for (const RunIndex::Answer& answer : index.answers())
      if (answer.method == method && result_of(answer) != nullptr) {
        evidence.push_back({std::string(method) + " was answered with a result", answer.asked});
        break;
      }
  return evidence;
}

Evidence requests_of_server(const RunIndex& index, Words methods) {
  Evidence evidence;
  for (const std::string_view method : methods)
    for (const Received* received : index.requests_of_server())
      if (string_member(received->value, "method") == method) {
        const Exchange& carrier = index.exchanges()[received->exchange];
        const std::string_view during = string_member(carrier.message, "method");
        evidence.push_back({"the server sent " + std::string(method) +
                                (during.empty() ? "" : " on the reply to " + std::string(during)),
                            &carrier});
        break;
      }
  return evidence;
}

Evidence errors_with_code(const RunIndex& index, Words codes) {
  for (const RunIndex::Answer& answer : index.answers())
    if (const std::string code = code_of(answer); names(codes, code))
      return {{shortened(answer.method, 60) + " was answered with the error " + code, answer.asked}};
  return {};
}

Evidence capabilities_declared(const RunIndex& index, Words capabilities) {
  if (!index.run().server) return {};
  std::string found;
  for (const std::string_view path : capabilities) {
    const std::size_t dot = path.find('.');
    const json* value = member(index.run().server->capabilities, path.substr(0, dot));
    if (value != nullptr && dot != path.npos) value = member(*value, path.substr(dot + 1));
    if (value != nullptr && *value != false) found += (found.empty() ? "" : ", ") + std::string(path);
  }
  if (found.empty()) return {};
  return {{"the server declares " + found, nullptr}};
}

Evidence results_without_type(const RunIndex& index, Words) {
  return lacking(index, "no resultType",
                 [](std::string_view, const json& result) { return !result.contains("resultType"); });
}

Evidence results_without_cache_hints(const RunIndex& index, Words methods) {
  return lacking(index, "no ttlMs or no cacheScope", [&](std::string_view method, const json& result) {
    return names(methods, method) && (!result.contains("ttlMs") || !result.contains("cacheScope"));
  });
}

Evidence remote_references(const RunIndex& index, Words) {
  if (!index.run().surface || !index.run().surface->tools.is_array()) return {};
  Evidence evidence;
  for (const json& tool : index.run().surface->tools.json())
    for (const char* key : {"inputSchema", "outputSchema"}) {
      std::string where;
      const json* schema = member(tool, key);
      if (schema != nullptr && refers_elsewhere(*schema, where))
        evidence.push_back({"the " + std::string(key) + " of " + shortened(string_member(tool, "name"), 60) +
                                " refers to " + shortened(where, 120),
                            nullptr});
    }
  return evidence;
}

Evidence transport_spoken(const RunIndex& index, Words kinds) {
  if (!index.run().server || !names(kinds, to_string(index.run().server->transport))) return {};
  return {{"the server speaks " + std::string(to_string(index.run().server->transport)), nullptr}};
}

// ---- over HTTP

Evidence errors_with_other_status(const RunIndex& index, Words code_and_status) {
  for (const RunIndex::Answer& answer : index.answers())
    if (answer.asked->request.method == "POST" && !answer.asked->channel && code_of(answer) == code_and_status[0] &&
        std::to_string(answer.asked->status()) != code_and_status[1])
      return {{"the unknown method " + shortened(answer.method, 60) + " was answered " +
                   std::to_string(answer.asked->status()),
               answer.asked}};
  return {};
}

Evidence unknown_revision_accepted(const RunIndex& index, Words code) {
  for (const Exchange& exchange : index.exchanges()) {
    const auto revision = find_header(exchange.request.headers, "MCP-Protocol-Version");
    if (!revision || is_published_revision(*revision) || exchange.status() == 0) continue;
    const RunIndex::Answer* answer = index.answer_to(exchange);
    if (answer != nullptr && names(code, code_of(*answer))) return {};
    return {{"under MCP-Protocol-Version: " + shortened(*revision, 40) + " the reply was " +
                 describe_outcome(index, exchange),
             &exchange}};
  }
  return {};
}

Evidence streams_without_buffering_header(const RunIndex& index, Words) {
  std::size_t count = 0;
  const Exchange* first = nullptr;
  for (const Exchange& exchange : index.exchanges()) {
    if (!exchange.is_event_stream() || exchange.header("X-Accel-Buffering") == "no") continue;
    if (count++ == 0) first = &exchange;
  }
  if (count == 0) return {};
  return {{plural(count, "stream has", "streams have") + " no X-Accel-Buffering: no", first}};
}

Evidence session_ids(const RunIndex& index, Words) {
  Evidence evidence;
  bool issued = false, ended = false;
  for (const Exchange& exchange : index.exchanges()) {
    if (!issued && exchange.header("MCP-Session-Id")) {
      issued = true;
      evidence.push_back({describe_request(exchange) + " was answered with an Mcp-Session-Id", &exchange});
    }
    if (!ended && exchange.request.method == "DELETE" && exchange.status() / 100 == 2) {
      ended = true;
      evidence.push_back(
          {describe_request(exchange) + " was answered " + std::to_string(exchange.status()), &exchange});
    }
  }
  return evidence;
}

Evidence get_streams(const RunIndex& index, Words) {
  for (const Exchange& exchange : index.exchanges())
    if (exchange.request.method == "GET" && exchange.transport == TransportKind::streamable_http &&
        exchange.status() == 200 && exchange.is_event_stream() &&
        !find_header(exchange.request.headers, "Last-Event-ID"))
      return {{describe_request(exchange) + " opened a stream", &exchange}};
  return {};
}

Evidence event_ids(const RunIndex& index, Words) {
  for (const Exchange& exchange : index.exchanges())
    for (const StreamEvent& event : exchange.events)
      if (event.id)
        return {{"an event on the reply to " + describe_request(exchange) + " has the id " + shortened(*event.id, 40),
                 &exchange}};
  return {};
}

// Everything that subscriptions/listen stands for now.
Evidence notifications_elsewhere(const RunIndex& index, Words capabilities) {
  constexpr std::string_view kSubscribe[] = {"resources/subscribe"};
  Evidence evidence = capabilities_declared(index, capabilities);
  for (EvidenceLine& line : get_streams(index, {})) evidence.push_back(std::move(line));
  for (EvidenceLine& line : methods_answered(index, kSubscribe)) evidence.push_back(std::move(line));
  return evidence;
}

}  // namespace mcplumb::migration_evidence
