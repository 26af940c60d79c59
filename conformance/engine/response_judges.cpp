// Judgments about what a response answers.
#include "conformance/engine/response_judges.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "conformance/schema/schema.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

const json* id_of_response(const Received& received) {
  const json* id = member(received.value, "id");
  return id != nullptr && !id->is_null() ? id : nullptr;
}

bool is_on_own_post(const Exchange& carrier) { return carrier.over_http() && carrier.request.method == "POST"; }

// What the client sent to the same session before, in order: that is what it can be about.
std::vector<const Exchange*> sent_before(const JudgeInput& input, const Received& received) {
  const Exchange& carrier = input.trace.exchanges[received.exchange];
  std::vector<const Exchange*> sent;
  if (is_on_own_post(carrier)) return {&carrier};
  for (const Exchange& exchange : input.trace.exchanges)
    if (exchange.session == carrier.session && !exchange.is_channel() && exchange.request.at <= received.at)
      sent.push_back(&exchange);
  return sent;
}

// Also in a batch, or in a line that was no message on purpose.
bool asks_with(const Exchange& sent, const json& id) {
  const json* own = member(sent.message, "id");
  if (own != nullptr && same_id(*own, id)) return sent.message.contains("method");
  return !sent.message.is_object() && sent.request.body.find(serialize(id)) != std::string::npos;
}

// Whether an error that names no request may be about something that could not be read (JSON-RPC 2.0 section 5), or is
// the body of an HTTP error.
bool may_lack_id(const Exchange& carrier, const std::vector<const Exchange*>& sent) {
  if (is_on_own_post(carrier) && carrier.status() >= 400) return true;
  return std::any_of(sent.begin(), sent.end(),
                     [](const Exchange* each) { return each->deliberate || !each->message.is_object(); });
}

std::string asked_for(const std::vector<const Exchange*>& sent) {
  for (auto each = sent.rbegin(); each != sent.rend(); ++each)
    if (is_request((*each)->message))
      return "the id of a request: " + shortened(serialize((*each)->message["id"]), 60) + " was asked last, for " +
             shortened(string_member((*each)->message, "method"), 40);
  return "no response, as no request was sent";
}

std::string carried(const json* id) {
  if (id == nullptr) return "a response without an id";
  const char* type = id->is_string() ? " (a string)" : id->is_number() ? " (a number)" : "";
  return "a response with the id " + shortened(serialize(*id), 60) + type;
}

// Sent to all clients at once, also to the one that asked: that is sse.clients, and everything here follows from it.
bool is_asked_by_another(const JudgeInput& input, const Received& received, const json& id) {
  const Exchange& carrier = input.trace.exchanges[received.exchange];
  return carrier.over_http() && carrier.is_channel() &&
         std::any_of(input.trace.exchanges.begin(), input.trace.exchanges.end(), [&](const Exchange& each) {
           return each.session != carrier.session && each.request.at <= received.at &&
                  received.at - each.request.at < 5 * kSecond && asks_with(each, id);
         });
}

// The neighbours have checks of their own: a notification that is answered by HTTP, and a second response.
bool is_others_business(const Exchange& carrier, const Received& received) {
  if (carrier.deliberate || received.answers) return true;
  if (is_on_own_post(carrier) && !is_request(carrier.message)) return true;
  // The body of an error to a GET or DELETE is free: no message was sent that it could answer.
  if (carrier.over_http() && carrier.request.method != "POST" && carrier.status() >= 400) return true;
  const ReplyOrigin origin = reply_origin(carrier);
  return carrier.over_http() && !carrier.is_channel() && (origin.is_foreign() || !origin.has_message);
}

// basic#responses: the id of the request. What carries another one, or none, answers nothing.
JudgeResult judge_asked_responses(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no response was seen");
  for (const Received& received : input.trace.received) {
    if (kind_of_message(received.value) != "response") continue;
    ++result.judged;
    const Exchange& carrier = input.trace.exchanges[received.exchange];
    if (is_others_business(carrier, received)) continue;
    const std::vector<const Exchange*> sent = sent_before(input, received);
    const json* id = id_of_response(received);
    if (id != nullptr && is_asked_by_another(input, received, *id)) continue;
    const bool asked = id != nullptr && std::any_of(sent.begin(), sent.end(),
                                                    [&](const Exchange* each) { return asks_with(*each, *id); });
    if (asked || (id == nullptr && received.value.contains("error") && may_lack_id(carrier, sent))) continue;
    blame(result, input.severity, "message.id", asked_for(sent), carried(member(received.value, "id")),
          received.exchange);
  }
  return result;
}

JudgeResult judge_exactly_one_response(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no response was seen");
  std::map<std::size_t, std::size_t> responses;
  for (const Received& received : input.trace.received) {
    // Of what was sent twice the server may have got both.
    if (!received.answers || input.trace.exchanges[*received.answers].request.again) continue;
    ++result.judged;
    if (++responses[*received.answers] == 1) continue;
    if (is_replay(input.trace.exchanges[received.exchange]) || is_copy_for_another(input.trace, received)) continue;
    result.findings.push_back(make_finding(input.severity, "messages", "one response to each request",
                                           "a second response with id " + serialize(*member(received.value, "id")),
                                           received.exchange));
  }
  return result;
}

using Problems = std::vector<schema::Problem> (*)(const json& schema);

// Clients hand these schemas on to models and their APIs, and build forms and types of them: what is no JSON Schema, or
// refers to nothing, makes them refuse the tool, or all tools.
JudgeResult judge_schemas(const JudgeInput& input, const char* wanted, Problems problems_of) {
  JudgeResult result = nothing_seen("no tools were listed");
  DistinctValues seen, fine;  // tools; and schemas, which tools of one server often share
  const auto look = [&](const Received& listed, const json& tool, const char* name) {
    const json* document = member(tool, name);
    if (document == nullptr || !document->is_object()) return;
    ++result.judged;
    const std::string place = "result.tools[" + shortened(serialize(tool["name"]), 60) + "]." + name;
    if (fine.has(*document)) return;
    const std::vector<schema::Problem> problems = problems_of(*document);
    if (problems.empty()) fine.add(*document);
    for (const schema::Problem& problem : problems)
      blame(result, input.severity, place, wanted,
            (problem.instance.empty() ? "it" : shortened(problem.instance, 160)) + " " + shortened(problem.what, 160),
            listed.exchange);
  };
  each_listed_tool(input.trace, [&](const json& tool, const Received& listed) {
    if (!tool.is_object() || !tool.contains("name") || !seen.add(tool)) return;
    look(listed, tool, "inputSchema");
    look(listed, tool, "outputSchema");
  });
  return result;
}

JudgeResult judge_tool_schemas(const JudgeInput& input) {
  return judge_schemas(input, "valid JSON Schema", [](const json& it) { return schema::check_schema(it).problems; });
}

JudgeResult judge_tool_references(const JudgeInput& input) {
  return judge_schemas(input, "references that lead somewhere",
                       [](const json& it) { return schema::dangling_references(it); });
}

JudgeResult judge_foreign_references(const JudgeInput& input) {
  return judge_schemas(input, "references within the schema",
                       [](const json& it) { return schema::foreign_references(it); });
}

JudgeResult judge_tool_schema_oddities(const JudgeInput& input) {
  return judge_schemas(input, "a schema that every client can use", schema::oddities);
}

constexpr NamedJudge kResponseJudges[] = {{"asked-responses", judge_asked_responses},
                                          {"exactly-one-response", judge_exactly_one_response},
                                          {"tool-schemas", judge_tool_schemas},
                                          {"tool-references", judge_tool_references},
                                          {"foreign-references", judge_foreign_references},
                                          {"tool-schema-oddities", judge_tool_schema_oddities}};

}  // namespace

std::span<const NamedJudge> response_judges() { return kResponseJudges; }

}  // namespace mcplumb
