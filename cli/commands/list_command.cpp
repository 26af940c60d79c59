#include <unistd.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "cli/commands/commands.hpp"
#include "cli/input/target.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/report_output.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/server_session.hpp"
#include "client/text/printable.hpp"
#include "conformance/language/suggestion.hpp"
#include "conformance/record/exit_code.hpp"
#include "conformance/record/json_text.hpp"
#include "reports/listing.hpp"

namespace mcplumb::cli {
namespace {

struct Kind {
  std::string_view word, capability, method, key;
};
constexpr std::array<Kind, 4> kKinds = {{{"tools", "tools", "tools/list", "tools"},
                                         {"resources", "resources", "resources/list", "resources"},
                                         {"templates", "resources", "resources/templates/list", "resourceTemplates"},
                                         {"prompts", "prompts", "prompts/list", "prompts"}}};

std::vector<const Kind*> wanted_kinds(const std::vector<std::string>& words) {
  std::vector<const Kind*> kinds;
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) names.emplace_back(kind.word);
  for (const std::string& several : words) {
    std::istringstream parts(several);  // tools,prompts
    for (std::string word; std::getline(parts, word, ',');) {
      const auto found = std::find(names.begin(), names.end(), word);
      if (found == names.end())
        throw UsageError("mcplumb: error: " + printable(word) + " cannot be listed" + suggestion(word, names));
      kinds.push_back(&kKinds[static_cast<std::size_t>(found - names.begin())]);
    }
  }
  return kinds;
}

}  // namespace

int list_command(const ServerOptions& given) {
  ServerOptions options = given;
  std::vector<const Kind*> kinds = wanted_kinds(words_behind_target(options));
  const bool all = kinds.empty();
  if (all)
    for (const Kind& kind : kKinds) kinds.push_back(&kind);
  ServerSession server(options, "list");
  if (!server.open()) return server.exit();

  const TerminalOptions terminal = terminal_options({options.color, options.verbose}, STDOUT_FILENO);
  nlohmann::json lists = nlohmann::json::object();
  std::string text;
  for (const Kind* kind : kinds) {
    if (all && !server.client().declares(kind->capability)) continue;
    // A server without templates may not know their method at all, which is nowhere forbidden.
    const bool may_be_unknown = all && kind->word == "templates";
    const auto elements = server.pages(std::string(kind->method), may_be_unknown);
    if (!elements) return server.exit();
    lists[std::string(kind->word)] = *elements;
    text += (text.empty() ? "" : "\n") + render_listing(std::string(kind->word), *elements, terminal);
  }
  if (text.empty()) text = "the server declares no tools, resources or prompts\n";
  print(options.json ? json_text(lists, 2) : text);
  return kConforms;
}

}  // namespace mcplumb::cli
