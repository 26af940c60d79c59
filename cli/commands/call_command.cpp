#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "cli/commands/commands.hpp"
#include "cli/input/run_options.hpp"
#include "cli/input/target.hpp"
#include "cli/input/tool_arguments.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/followed_task.hpp"
#include "cli/server/server_session.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/printable.hpp"
#include "client/text/wording.hpp"
#include "client/transport/tool_headers.hpp"
#include "conformance/language/suggestion.hpp"
#include "conformance/record/exit_code.hpp"
#include "conformance/record/json_text.hpp"
#include "conformance/schema/schema.hpp"
#include "reports/content_text.hpp"
#include "reports/exchange_text.hpp"
#include "reports/layout.hpp"

namespace mcplumb::cli {
namespace {

using nlohmann::json;

void say(const std::string& text) { complain(text + "\n"); }

std::string in_short(const json& value, std::size_t longest) {
  return shortened(value.is_string() ? value.get<std::string>() : serialize(value), longest);
}

// Progress and log messages, as they come.
void show_message(const json& message) {
  const std::string_view method = string_member(message, "method");
  const json* params = member(message, "params");
  if (params == nullptr) return;
  const auto part = [&](const char* key) {
    const json* found = member(*params, key);
    return found != nullptr ? in_short(*found, 400) : std::string();
  };
  if (method == "notifications/progress") {
    const std::string total = part("total"), words = part("message");
    say("progress " + part("progress") + (total.empty() ? "" : "/" + total) + (words.empty() ? "" : "  " + words));
  } else if (method == "notifications/message") {
    const std::string logger = part("logger");
    say("log " + part("level") + "  " + (logger.empty() ? "" : logger + ": ") + part("data"));
  }
}

// One line a problem: "days must be at most 14, but is the number 15".
std::string in_lines(const schema::Verdict& verdict) {
  std::string text;
  for (const schema::Problem& problem : verdict.problems) {
    const std::string where = problem.instance.empty() ? "they" : problem.instance.substr(1);
    text += "\n  " + shortened(where, 80) + " " + problem.what;
  }
  return text;
}

schema::Verdict check_against(const json& schema_text, const json& instance, bool show_text) {
  schema::Options options;
  options.show_text = show_text;
  const auto compiled = schema::Schema::compile(schema_text, options);
  if (!compiled) return {{}, "the schema is none: " + compiled.error().what};
  return compiled->check(instance);
}

// A name that the schema does not know may be meant as another one.
void warn_of_unknown_names(const std::string& tool, const json& schema_text, const json& arguments) {
  const json* properties = member(schema_text, "properties");
  if (properties == nullptr || !properties->is_object() || schema_text.contains("patternProperties")) return;
  std::vector<std::string> known;
  for (const auto& [name, unused] : properties->items()) known.push_back(name);
  for (const auto& [name, unused] : arguments.items())
    if (!properties->contains(name))
      say("mcplumb: warning: " + printable(tool) + " names no argument `" + shortened(name, 60) + "`" +
          printable(suggestion(name, known)));
}

void check_arguments(const std::string& tool, const json& schema_text, const json& arguments) {
  warn_of_unknown_names(tool, schema_text, arguments);
  const schema::Verdict verdict = check_against(schema_text, arguments, true);
  if (!verdict.undecided.empty())
    say("mcplumb: warning: whether the arguments fit could not be decided: " + verdict.undecided);
  if (verdict.invalid())
    throw UsageError("mcplumb: error: the arguments do not fit the input schema of " + printable(tool) + ":" +
                     in_lines(verdict) + "\nNothing was called. --no-validate sends them as they are.");
}

// Clients must not call such a tool over HTTP (2026-07-28, basic/transports#schema-extension).
void refuse_broken_headers(const std::string& name, const json& tool) {
  const std::string problem = tool_header_problem(tool);
  if (problem.empty()) return;
  throw UsageError("mcplumb: error: clients must leave out the tool " + printable(name) + ": " + problem +
                   "\nNothing was called. --no-validate calls it all the same.");
}

// False: what came back breaks the tool's own promise.
bool keeps_output_schema(const json& tool, const json& result) {
  const json* wanted = member(tool, "outputSchema");
  if (wanted == nullptr || result.value("isError", json(false)) == json(true)) return true;
  const json* structured = member(result, "structuredContent");
  if (structured == nullptr) {
    say("mcplumb: error: the tool has an output schema, but the result has no structuredContent");
    return false;
  }
  const schema::Verdict verdict = check_against(*wanted, *structured, true);
  if (!verdict.undecided.empty())
    say("mcplumb: warning: whether the result fits its schema could not be decided: " + verdict.undecided);
  if (verdict.invalid())
    say("mcplumb: error: the structured content does not fit the output schema of the tool:" + in_lines(verdict));
  return !verdict.invalid();
}

void check_level(const std::string& level) {
  constexpr std::array<std::string_view, 8> kLevels = {"debug", "info",     "notice", "warning",
                                                       "error", "critical", "alert",  "emergency"};
  if (!level.empty() && !index_of(level, Words(kLevels)))
    throw UsageError("mcplumb: error: --log-level " + printable(level) + " is not a level" +
                     suggestion(level, Words(kLevels)));
}

// Whether the call is to be a task: because the tool cannot be called otherwise, or the user wants it.
bool wants_task(const CallOptions& options, const ServerSession& server, const std::string& name, const json& tool) {
  if (server.is_stateless()) {
    if (options.task) say("mcplumb: --task has no effect: in this revision the server decides what is a task");
    return false;
  }
  if (options.task && options.no_validate) return true;
  const bool offered = server.declares({"tasks", "requests", "tools", "call"});
  const json* execution = member(tool, "execution");
  const std::string_view support = offered && execution != nullptr ? string_member(*execution, "taskSupport") : "";
  if (options.task && support != "optional" && support != "required")
    throw UsageError("mcplumb: error: " + printable(name) + " cannot be called as a task" +
                     (offered ? "" : ", nor can any tool of this server") + "\nNothing was called.");
  return options.task || support == "required";
}

int show_result(const CallOptions& options, const json& tool, const json& result) {
  print(options.json ? json_text(result, 2) : call_result_text(result));
  if (result.value("isError", json(false)) == json(true)) {
    say("mcplumb: the tool says that it failed (isError)");
    return kFailed;
  }
  if (const json* content = member(result, "content"); content == nullptr || !content->is_array()) {
    say("mcplumb: error: this is no result of a tool: it has no list `content`");
    return kFailed;
  }
  return keeps_output_schema(tool, result) ? kConforms : kFailed;
}

int refused(const ServerSession& server, const json& error) {
  if (error.is_null()) return server.exit();
  const json* code = member(error, "code");
  const json* data = member(error, "data");
  say("mcplumb: error: the call was answered with the error " + (code != nullptr ? in_short(*code, 20) : "?") + ": " +
      shortened(string_member(error, "message"), 1000));
  if (data != nullptr) say("  data: " + in_short(*data, 1000));
  return kFailed;
}

// What is called, once it is known that the server has it.
struct Called {
  std::string name;
  json tool, arguments;
};

// False: it was told why not.
bool prepare(ServerSession& server, const CallOptions& options, const ArgumentWords& typed, Called& called) {
  // Over HTTP without a handshake the headers repeat arguments, as the list says (tool_headers.hpp).
  const bool list_tells_headers = server.is_stateless() && has_http(server.client().transport());
  if (options.no_validate) {
    if (list_tells_headers) static_cast<void>(server.pages("tools/list", true));
    called.arguments = typed.typed(nullptr);
    return true;
  }
  auto tool = server.named("tools/list", "tool", called.name);
  if (!tool) return false;
  called.tool = std::move(*tool);
  if (list_tells_headers) refuse_broken_headers(called.name, called.tool);
  const json* wanted = member(called.tool, "inputSchema");
  called.arguments = typed.typed(wanted != nullptr ? *wanted : json());
  if (wanted != nullptr) check_arguments(called.name, *wanted, called.arguments);
  return true;
}

// The params of tools/call; null: it was told why there are none.
json params_of_call(ServerSession& server, const CallOptions& options, const Called& called, Micros total) {
  json meta = {{"progressToken", "call"}};
  if (!options.log_level.empty() && server.is_stateless())
    meta[meta_key("logLevel")] = options.log_level;
  else if (!options.log_level.empty() && !server.request("logging/setLevel", {{"level", options.log_level}}))
    return nullptr;
  if (server.is_stateless()) meta.update(task_declaration());
  json params = {{"name", called.name}, {"arguments", called.arguments}, {"_meta", meta}};
  if (wants_task(options, server, called.name, called.tool)) params["task"] = {{"ttl", total / kMillisecond}};
  return params;
}

}  // namespace

int call_command(const CallOptions& given) {
  CallOptions options = given;
  std::vector<std::string> words = words_behind_target(options);
  if (words.empty())
    throw UsageError(
        "mcplumb: error: which tool? Write mcplumb call TARGET TOOL name=value; `mcplumb list TARGET tools` "
        "shows them");
  Called called{words.front(), {}, {}};
  words.erase(words.begin());
  const ArgumentWords typed(words);
  check_level(options.log_level);
  const Micros total = parse_duration(options.total_deadline, "--total-deadline");

  ServerSession server(options, "call");
  if (!server.open() || !prepare(server, options, typed, called)) return server.exit();
  const json params = params_of_call(server, options, called, total);
  if (params.is_null()) return server.exit();
  json error;
  FollowedTask task(server, total, show_message);
  auto result = server.request("tools/call", params, total, show_message, &error);
  if (result && task.is_task(*result)) {
    result = task.follow(*result, &error);
    if (!result && error.is_null()) return task.exit();
  }
  if (!result) return refused(server, error);
  if (options.verbose) say("mcplumb: answered after " + span_text(server.client().last_took()));
  return show_result(options, called.tool, *result);
}

}  // namespace mcplumb::cli
