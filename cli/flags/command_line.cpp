#include "cli/flags/command_line.hpp"

#include <algorithm>
#include <new>
#include <sstream>

#include "cli/commands/commands.hpp"
#include "cli/flags/command_tree.hpp"
#include "cli/flags/first_word.hpp"
#include "cli/flags/mistakes.hpp"
#include "cli/flags/trouble.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/signal_guard.hpp"
#include "client/http/http_client.hpp"
#include "client/no_memory.hpp"
#include "conformance/record/exit_code.hpp"

namespace mcplumb::cli {
namespace {

void describe(CommandTree& tree) {
  tree.app.set_version_flag("--version", [] { return "mcplumb " MCPLUMB_VERSION " (" + http_library_version() + ")"; });
  tree.app.footer(R"(Start here:
  mcplumb probe http://127.0.0.1:8000/mcp       what is this server, and how does it behave?
  mcplumb check http://127.0.0.1:8000/mcp       does it conform to the specification?
  mcplumb list http://127.0.0.1:8000/mcp        what does it offer?
  mcplumb call http://127.0.0.1:8000/mcp echo message=hello
  mcplumb probe -- npx some-server              the same over stdio
  mcplumb explain ping.respond                  what does this check require?
  mcplumb help check                            all options of a command

`mcplumb URL` and `mcplumb -- PROGRAM` are short for `mcplumb probe`, which calls no tool.)");
  add_server_commands(tree);
  add_check_commands(tree);
  add_comparison_commands(tree);
  add_shell_commands(tree);
  for (CLI::App* command : tree.app.get_subcommands(nullptr)) {
    const auto options = command->get_options();
    const auto is_positional = [](const CLI::Option* option) { return option->get_positional(); };
    if (std::none_of(options.begin(), options.end(), is_positional)) continue;
    for (CLI::Option* option : options)
      if (!is_positional(option)) option->allow_extra_args(false);  // `--only GLOB URL` has one glob
  }
}

// What follows `--` is the command that starts a server; it holds no options of ours.
void take_command(CommandTree& tree, const CLI::App* chosen, std::vector<std::string> command) {
  if (command.empty()) return;
  for (const auto& [app, options] : tree.targets)
    if (app == chosen) {
      options->command = std::move(command);
      return;
    }
  throw UsageError("mcplumb: error: " + chosen->get_name() + " takes no command after --");
}

int run_chosen(CommandTree& tree, std::vector<std::string> server) {
  for (const CommandTree::Command& command : tree.commands) {
    if (!command.app->parsed()) continue;
    take_command(tree, command.app, std::move(server));
    return command.run();
  }
  return kUsage;
}

// A screen or a file that is lost leaves every code but that of success: there is more to say than that.
int unless_lost(int code) { return code == kConforms && output_lost() ? static_cast<int>(kUsage) : code; }

// mcplumb's own words, and those behind `--`.
struct CommandWords {
  std::vector<std::string> own, server;
};

CommandWords words_of(int argc, const char* const* argv) {
  const char* const* const end = argv + argc;
  const char* const* const start = std::min(argv + 1, end);
  const char* const* const dashes = std::find(start, end, std::string_view("--"));
  return {{start, dashes}, {std::min(dashes + 1, end), end}};
}

int parse_and_run(CommandTree& tree, CommandWords words) {
  if (words.own.empty() && words.server.empty()) {
    complain(how_to_begin(tree));
    return kUsage;
  }
  if (const auto help = help_asked_for(tree, words.own)) {
    print(*help);
    return kConforms;
  }
  const CLI::App* command = begin(tree, words.own, !words.server.empty());
  const std::vector<std::string> behind(words.own.begin() + (command == nullptr ? 0 : 1), words.own.end());
  try {
    tree.app.parse(std::vector<std::string>(words.own.rbegin(), words.own.rend()));
  } catch (const CLI::Success& wish) {
    std::ostringstream out;
    tree.app.exit(wish, out, out);
    print(out.str());
    return kConforms;
  } catch (const CLI::ParseError& problem) {
    throw mistake(command, behind, problem);
  }
  if (command != nullptr) refuse_empty_paths(*command);
  return run_chosen(tree, std::move(words.server));
}

int run_or_tell(CommandTree& tree, int argc, const char* const* argv) {
  try {
    return unless_lost(parse_and_run(tree, words_of(argc, argv)));
  } catch (const UsageError& problem) {
    complain(std::string(problem.what()) + "\n");
    return kUsage;
  } catch (const std::exception& problem) {
    const Trouble trouble = trouble_of(problem);
    complain("mcplumb: error: " + trouble.sentence + "\n");
    return trouble.code;
  }
}

// A signal may come when all is decided and shown, while a stubborn program is ended.
int unless_interrupted(int code) {
  if (!was_interrupted() || code == kNothingJudged) return code;
  complain("mcplumb: interrupted at the end, so there is no verdict\n");
  return kNothingJudged;
}

}  // namespace

int run(int argc, const char* const* argv) {
  CommandTree tree;
  describe(tree);
  return unless_interrupted(run_or_tell(tree, argc, argv));
}

}  // namespace mcplumb::cli
