#include "cli/commands/commands.hpp"
#include "cli/input/target.hpp"
#include "cli/input/tool_arguments.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/server_session.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/printable.hpp"
#include "conformance/language/suggestion.hpp"
#include "conformance/record/exit_code.hpp"
#include "conformance/record/json_text.hpp"
#include "reports/content_text.hpp"

namespace mcplumb::cli {
namespace {

using nlohmann::json;

std::vector<std::string> names_of(const json& list) {
  std::vector<std::string> names;
  for (const json& each : list) names.emplace_back(string_member(each, "name"));
  return names;
}

// What the list says about the prompt's arguments; a wrong name is most often a slip of the finger.
void check_prompt(const json& prompt, const std::string& name, const json& arguments) {
  const json* known = member(prompt, "arguments");
  const json none = json::array();
  const json& list = known != nullptr && known->is_array() ? *known : none;
  const std::vector<std::string> names = names_of(list);
  for (const auto& [given, value] : arguments.items())
    if (std::find(names.begin(), names.end(), given) == names.end())
      throw UsageError("mcplumb: error: the prompt `" + printable(name) + "` has no argument `" + printable(given) +
                       "`" + printable(suggestion(given, names)));
  for (const json& each : list)
    if (each.is_object() && each.value("required", json(false)) == json(true) &&
        !arguments.contains(std::string(string_member(each, "name"))))
      throw UsageError("mcplumb: error: the prompt `" + printable(name) + "` needs the argument `" +
                       printable(string_member(each, "name")) + "`; add " + printable(string_member(each, "name")) +
                       "=VALUE");
}

}  // namespace

int prompt_command(const ServerOptions& given) {
  ServerOptions options = given;
  std::vector<std::string> words = words_behind_target(options);
  if (words.empty())
    throw UsageError(
        "mcplumb: error: which prompt? Write mcplumb prompt TARGET NAME name=value; `mcplumb list TARGET "
        "prompts` shows them");
  const std::string name = words.front();
  words.erase(words.begin());
  const json arguments = ArgumentWords(words).as_text();
  ServerSession server(options, "prompt");
  if (!server.open()) return server.exit();
  const auto prompt = server.named("prompts/list", "prompt", name);
  if (!prompt) return server.exit();
  check_prompt(*prompt, name, arguments);
  const auto result = server.request("prompts/get", {{"name", name}, {"arguments", arguments}});
  if (!result) return server.exit();
  print(options.json ? json_text(*result, 2) : prompt_text(*result));
  return kConforms;
}

}  // namespace mcplumb::cli
