// The client that the official conformance tool launches (docs/official-conformance.md). Its environment says what to
// do: the scenario's name, the revision to speak, and for some a context. The verdict is what the tool's server saw.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "cli/commands/commands.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/scenario_client.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/transport/tool_headers.hpp"
#include "conformance/record/exit_code.hpp"

namespace mcplumb::cli {
namespace {

using nlohmann::json;

std::string environment(const char* name) {
  const char* text = std::getenv(name);
  return text != nullptr ? text : "";
}

json text(const std::string& key, std::string_view value) { return {{key, std::string(value)}}; }

void look(ScenarioClient& client, const json&) { client.list("tools/list", "tools"); }

void add(ScenarioClient& client, const json&) {
  client.list("tools/list", "tools");
  client.call("add_numbers", {{"a", 5}, {"b", 3}});
}

// In that revision the question comes on the GET stream.
void be_asked(ScenarioClient& client, const json&) {
  client.listen();
  client.call("test_client_elicitation_defaults", json::object());
}

// The transport resumes by itself.
void reconnect(ScenarioClient& client, const json&) { client.call("test_reconnection", json::object()); }

void use_everything(ScenarioClient& client, const json&) {
  client.list("tools/list", "tools");
  client.call("test_headers", json::object());
  const auto resources = client.list("resources/list", "resources");
  if (!resources.empty()) client.request("resources/read", text("uri", string_member(resources.front(), "uri")));
  const auto prompts = client.list("prompts/list", "prompts");
  if (!prompts.empty()) client.request("prompts/get", text("name", string_member(prompts.front(), "name")));
}

void call_as_told(ScenarioClient& client, const json& context) {
  client.list("tools/list", "tools");
  const json* calls = member(context, "toolCalls");
  if (calls == nullptr || !calls->is_array()) return;
  for (const json& call : *calls)
    client.call(std::string(string_member(call, "name")), call.value("arguments", json::object()));
}

void call_what_may_be_called(ScenarioClient& client, const json&) {
  for (const json& tool : client.list("tools/list", "tools"))
    if (tool_header_problem(tool).empty())
      client.call(std::string(string_member(tool, "name")), filled_form(tool.value("inputSchema", json::object())));
}

void give_input(ScenarioClient& client, const json&) {
  client.list("tools/list", "tools");
  client.call_both("test_mrtr_echo_state", "test_mrtr_unrelated");
  client.call("test_mrtr_no_state", json::object());
  client.call("test_mrtr_no_result_type", json::object());
}

void echo_schema(ScenarioClient& client, const json&) {
  for (const json& tool : client.list("tools/list", "tools"))
    if (string_member(tool, "name") == "json_schema_2020_12_tool")
      client.call("json_schema_echo", {{"schema", tool.value("inputSchema", json())}});
}

struct Scenario {
  std::string_view name;
  void (*play)(ScenarioClient&, const json& context);
};
constexpr std::array<Scenario, 11> kScenarios = {{{"initialize", look},
                                                  {"tools_call", add},
                                                  {"elicitation-sep1034-client-defaults", be_asked},
                                                  {"sse-retry", reconnect},
                                                  {"request-metadata", look},
                                                  {"http-standard-headers", use_everything},
                                                  {"http-custom-headers", call_as_told},
                                                  {"http-invalid-tool-headers", call_what_may_be_called},
                                                  {"sep-2322-client-request-state", give_input},
                                                  {"json-schema-ref-no-deref", look},
                                                  {"json-schema-2020-12-preservation", echo_schema}}};

json context_of_scenario() {
  const std::string given = environment("MCP_CONFORMANCE_CONTEXT");
  if (given.empty()) return nullptr;
  Result<json> parsed = parse_json(given, {}, nullptr);
  if (!parsed) throw usage("MCP_CONFORMANCE_CONTEXT is not JSON: " + parsed.error().what);
  return std::move(*parsed);
}

}  // namespace

int conformance_client_command(const ConformanceClientOptions& options) {
  const std::string name = environment("MCP_CONFORMANCE_SCENARIO");
  const auto scenario =
      std::find_if(kScenarios.begin(), kScenarios.end(), [&](const Scenario& each) { return each.name == name; });
  if (scenario == kScenarios.end())
    throw usage(name.empty()
                    ? "MCP_CONFORMANCE_SCENARIO is not set: the official conformance tool launches this command"
                    : "the scenario " + shortened(name, 60) + " is unknown here");
  std::string revision = environment("MCP_CONFORMANCE_PROTOCOL_VERSION");
  if (revision.empty()) revision = kNewestHandshakeRevision;
  if (!is_published_revision(revision))
    throw usage("MCP_CONFORMANCE_PROTOCOL_VERSION " + shortened(revision, 60) + " is not a published revision");
  const json context = context_of_scenario();
  ScenarioClient client(options.url, revision);
  client.open();
  scenario->play(client, context);
  if (client.problem().empty()) return kConforms;
  complain("mcplumb: error: " + name + ": " + client.problem() + "\n");
  return kFailed;
}

}  // namespace mcplumb::cli
