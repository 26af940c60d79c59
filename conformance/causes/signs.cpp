#include <algorithm>
#include <map>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "client/transport/era.hpp"
#include "conformance/causes/describe_exchange.hpp"
#include "conformance/causes/measured.hpp"

namespace mcplumb::sign {
namespace {

using nlohmann::json;

bool names(Words words, std::string_view text) { return std::find(words.begin(), words.end(), text) != words.end(); }

const json* result_of(const Measured::Answer& answer) { return member(*answer.message, "result"); }

std::string code_of(const Measured::Answer& answer) {
  const json* code = error_code(*answer.message);
  return code != nullptr ? serialize(*code) : "";
}

// "400 application/json, 98 bytes, with the error -32600", "the error -32601"
std::string outcome(const Measured& measured, const Exchange& exchange) {
  const Measured::Answer* answer = measured.answer_to(exchange);
  const std::string code = answer != nullptr ? code_of(*answer) : "";
  if (exchange.status() == 0 && !code.empty()) return "with the error " + code;
  return describe_reply(exchange) + (code.empty() ? "" : ", with the error " + code);
}

std::string path_and_method(const Exchange& exchange) {
  return exchange.request.method + " " + path_of(exchange.request.url);
}

// One line: "12 results had none, of tools/list, tools/call; the first:".
Sights summed_up(const std::map<std::string, std::size_t>& counts, const Exchange* first, const std::string& what) {
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
Sights lacking(const Measured& measured, const std::string& what, const Lacks& lacks) {
  std::map<std::string, std::size_t> counts;
  const Exchange* first = nullptr;
  for (const Measured::Answer& answer : measured.answers()) {
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

Sights undiscovered(const Measured& measured, Words) {
  for (const Exchange& exchange : measured.run().trace.exchanges) {
    if (string_member(exchange.message, "method") != "server/discover") continue;
    const Measured::Answer* answer = measured.answer_to(exchange);
    if (answer != nullptr && result_of(*answer) != nullptr) return {};
    return {{"server/discover was answered " + outcome(measured, exchange), &exchange}};
  }
  return {};
}

Sights refused_alone(const Measured& measured, Words) {
  const Exchange* probe = measured.probe(migration_purpose::kAlone);
  if (probe == nullptr) return {};
  const Measured::Answer* answer = measured.answer_to(*probe);
  if (answer != nullptr && result_of(*answer) != nullptr) return {};
  return {{std::string(string_member(probe->message, "method")) + " without handshake and session was answered " +
               outcome(measured, *probe),
           probe}};
}

Sights headers_ignored(const Measured& measured, Words) {
  const Exchange* probe = measured.probe(migration_purpose::kHeaders);
  const Measured::Answer* answer = probe != nullptr ? measured.answer_to(*probe) : nullptr;
  if (answer == nullptr || result_of(*answer) == nullptr) return {};
  return {{std::string(answer->method) + " under the header Mcp-Method: mcplumb/another was answered with a result",
           probe}};
}

Sights answered(const Measured& measured, Words methods) {
  Sights sights;
  for (const std::string_view method : methods)
    for (const Measured::Answer& answer : measured.answers())
      if (answer.method == method && result_of(answer) != nullptr) {
        sights.push_back({std::string(method) + " was answered with a result", answer.asked});
        break;
      }
  return sights;
}

Sights asked_back(const Measured& measured, Words methods) {
  Sights sights;
  for (const std::string_view method : methods)
    for (const Received* received : measured.requests())
      if (string_member(received->value, "method") == method) {
        const Exchange& carrier = measured.run().trace.exchanges[received->exchange];
        const std::string_view during = string_member(carrier.message, "method");
        sights.push_back({"the server sent " + std::string(method) +
                              (during.empty() ? "" : " on the reply to " + std::string(during)),
                          &carrier});
        break;
      }
  return sights;
}

Sights errors(const Measured& measured, Words codes) {
  for (const Measured::Answer& answer : measured.answers())
    if (const std::string code = code_of(answer); names(codes, code))
      return {{shortened(answer.method, 60) + " was answered with the error " + code, answer.asked}};
  return {};
}

Sights declared(const Measured& measured, Words capabilities) {
  if (!measured.run().server) return {};
  std::string found;
  for (const std::string_view path : capabilities) {
    const std::size_t dot = path.find('.');
    const json* value = member(measured.run().server->capabilities, path.substr(0, dot));
    if (value != nullptr && dot != path.npos) value = member(*value, path.substr(dot + 1));
    if (value != nullptr && *value != false) found += (found.empty() ? "" : ", ") + std::string(path);
  }
  if (found.empty()) return {};
  return {{"the server declares " + found, nullptr}};
}

Sights without_result_type(const Measured& measured, Words) {
  return lacking(measured, "no resultType",
                 [](std::string_view, const json& result) { return !result.contains("resultType"); });
}

Sights without_cache_hints(const Measured& measured, Words methods) {
  return lacking(measured, "no ttlMs or no cacheScope", [&](std::string_view method, const json& result) {
    return names(methods, method) && (!result.contains("ttlMs") || !result.contains("cacheScope"));
  });
}

Sights remote_references(const Measured& measured, Words) {
  if (!measured.run().surface || !measured.run().surface->tools.is_array()) return {};
  Sights sights;
  for (const json& tool : measured.run().surface->tools)
    for (const char* key : {"inputSchema", "outputSchema"}) {
      std::string where;
      const json* schema = member(tool, key);
      if (schema != nullptr && refers_elsewhere(*schema, where))
        sights.push_back({"the " + std::string(key) + " of " + shortened(string_member(tool, "name"), 60) +
                              " refers to " + shortened(where, 120),
                          nullptr});
    }
  return sights;
}

Sights transport(const Measured& measured, Words kinds) {
  if (!measured.run().server || !names(kinds, to_string(measured.run().server->transport))) return {};
  return {{"the server speaks " + std::string(to_string(measured.run().server->transport)), nullptr}};
}

// ---- over HTTP

Sights other_status(const Measured& measured, Words code_and_status) {
  for (const Measured::Answer& answer : measured.answers())
    if (answer.asked->request.method == "POST" && !answer.asked->channel && code_of(answer) == code_and_status[0] &&
        std::to_string(answer.asked->status()) != code_and_status[1])
      return {{"the unknown method " + shortened(answer.method, 60) + " was answered " +
                   std::to_string(answer.asked->status()),
               answer.asked}};
  return {};
}

Sights unknown_revision(const Measured& measured, Words code) {
  for (const Exchange& exchange : measured.run().trace.exchanges) {
    const auto revision = find_header(exchange.request.headers, "MCP-Protocol-Version");
    if (!revision || is_published_revision(*revision) || exchange.status() == 0) continue;
    const Measured::Answer* answer = measured.answer_to(exchange);
    if (answer != nullptr && names(code, code_of(*answer))) return {};
    return {
        {"under MCP-Protocol-Version: " + shortened(*revision, 40) + " the reply was " + outcome(measured, exchange),
         &exchange}};
  }
  return {};
}

Sights buffered(const Measured& measured, Words) {
  std::size_t count = 0;
  const Exchange* first = nullptr;
  for (const Exchange& exchange : measured.run().trace.exchanges) {
    if (!exchange.is_event_stream() || exchange.header("X-Accel-Buffering") == "no") continue;
    if (count++ == 0) first = &exchange;
  }
  if (count == 0) return {};
  return {{plural(count, "stream has", "streams have") + " no X-Accel-Buffering: no", first}};
}

Sights sessions(const Measured& measured, Words) {
  Sights sights;
  bool issued = false, ended = false;
  for (const Exchange& exchange : measured.run().trace.exchanges) {
    if (!issued && exchange.header("MCP-Session-Id")) {
      issued = true;
      sights.push_back({path_and_method(exchange) + " was answered with an Mcp-Session-Id", &exchange});
    }
    if (!ended && exchange.request.method == "DELETE" && exchange.status() / 100 == 2) {
      ended = true;
      sights.push_back({path_and_method(exchange) + " was answered " + std::to_string(exchange.status()), &exchange});
    }
  }
  return sights;
}

Sights get_stream(const Measured& measured, Words) {
  for (const Exchange& exchange : measured.run().trace.exchanges)
    if (exchange.request.method == "GET" && exchange.transport == TransportKind::streamable_http &&
        exchange.status() == 200 && exchange.is_event_stream() &&
        !find_header(exchange.request.headers, "Last-Event-ID"))
      return {{path_and_method(exchange) + " opened a stream", &exchange}};
  return {};
}

Sights event_ids(const Measured& measured, Words) {
  for (const Exchange& exchange : measured.run().trace.exchanges)
    for (const StreamEvent& event : exchange.events)
      if (event.id)
        return {{"an event on the reply to " + path_and_method(exchange) + " has the id " + shortened(*event.id, 40),
                 &exchange}};
  return {};
}

// Everything that subscriptions/listen stands for now.
Sights notifications_elsewhere(const Measured& measured, Words capabilities) {
  constexpr std::string_view kSubscribe[] = {"resources/subscribe"};
  Sights sights = declared(measured, capabilities);
  for (Sight& sight : get_stream(measured, {})) sights.push_back(std::move(sight));
  for (Sight& sight : answered(measured, kSubscribe)) sights.push_back(std::move(sight));
  return sights;
}

}  // namespace mcplumb::sign
