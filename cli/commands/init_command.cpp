#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "cli/commands/commands.hpp"
#include "cli/commands/suite_draft.hpp"
#include "cli/input/target.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/output_file.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/server_session.hpp"
#include "client/text/printable.hpp"
#include "client/text/wording.hpp"
#include "conformance/engine/options.hpp"
#include "conformance/language/diagnostic.hpp"
#include "conformance/language/reader.hpp"
#include "conformance/language/yaml.hpp"
#include "conformance/record/exit_code.hpp"
#include "conformance/record/redact.hpp"

namespace mcplumb::cli {
namespace {

bool take_offer(ServerSession& server, Offer& offer) {
  offer.server = server.client().opening().result;
  offer.revision = server.client().opening().revision;
  offer.has_resources = server.client().declares("resources");
  const auto take = [&](const char* capability, const char* method, std::vector<nlohmann::json>& into) {
    if (!server.client().declares(capability)) return true;
    auto found = server.pages(method, true);
    if (found) into = std::move(*found);
    return found.has_value();
  };
  return take("tools", "tools/list", offer.tools) && take("prompts", "prompts/list", offer.prompts) &&
         take("resources", "resources/templates/list", offer.templates);
}

// How the user named the server, without what must not be written down.
std::string target_words(const TargetOptions& options) {
  Target target = target_of(options);
  target.url = redact_url(target.url);
  return printable(to_string(target));
}

bool is_too_large(const ReadResult& draft) {
  return !draft.problems.empty() && is_own_limit(draft.problems.front().message);
}

// "10000 tools, 3 prompts and 1 template"
std::string offered(const Offer& offer) {
  return plural(offer.tools.size(), "tool", "tools") + ", " + plural(offer.prompts.size(), "prompt", "prompts") +
         " and " + plural(offer.templates.size(), "template", "templates");
}

}  // namespace

int init_command(const InitOptions& given) {
  InitOptions options = given;
  if (!words_behind_target(options).empty())
    throw UsageError("mcplumb: error: init takes a target and nothing else; name the file with --output");
  if (std::error_code none; !options.force && std::filesystem::is_regular_file(options.output, none))
    throw UsageError("mcplumb: error: " + printable(options.output) +
                     " exists already; choose another file with --output, or overwrite it with --force");
  // Some servers offer more to whoever declares what a run declares.
  ServerSession server(options, "init", all_capabilities());
  OutputFile file(options.output, "--output");
  if (!server.open()) return server.exit();
  Offer offer;
  if (!take_offer(server, offer)) return server.exit();
  const std::string text = suite_draft(offer, target_words(options), printable(options.output));
  const ReadResult read = read_suite(text, options.output);
  if (is_too_large(read)) {
    complain("mcplumb: error: no draft is written: with a check for each of " + offered(offer) + " it is larger than " +
             whole_size(YamlLimits{}.bytes) + " or " + std::to_string(YamlLimits{}.nodes) + " values, " +
             std::string(kOwnLimit) +
             " for a suite. Write one for what matters (docs/suite-language.md), or call all " +
             "tools with `mcplumb exercise`\n");
    return kNothingJudged;
  }
  if (!read.problems.empty())  // our mistake, or names that no suite can hold
    throw std::runtime_error("the draft is not a suite: " + render(read.problems.front()));
  if (file.write(text) && !file.is_stdout())
    print(printable(options.output) + " written: " + std::to_string(read.suite.checks.size()) +
          " checks\nRun it: mcplumb check --suite " + printable(options.output) + " " + target_words(options) + "\n");
  return kConforms;
}

}  // namespace mcplumb::cli
