#include "cli/flags/command_line.hpp"

#include <algorithm>
#include <sstream>

#include "cli/commands/commands.hpp"
#include "cli/flags/command_tree.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "client/http/http_client.hpp"
#include "conformance/record/exit_code.hpp"

namespace mcplumb::cli {
namespace {

void describe(CommandTree& tree) {
  tree.app.set_version_flag("--version", [] { return "mcplumb " MCPLUMB_VERSION " (" + http_library_version() + ")"; });
  tree.app.require_subcommand(1);
  tree.app.footer(R"(Start here:
  mcplumb probe http://127.0.0.1:8000/mcp       what is this server, and how does it behave?
  mcplumb check http://127.0.0.1:8000/mcp       does it conform to the specification?
  mcplumb list http://127.0.0.1:8000/mcp        what does it offer?
  mcplumb call http://127.0.0.1:8000/mcp echo message=hello
  mcplumb probe -- npx some-server              the same over stdio
  mcplumb explain ping.respond                  what does this check require?)");
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

}  // namespace

int run(int argc, const char* const* argv) {
  const char* const* const end = argv + argc;
  const char* const* const dashes = std::find(argv, end, std::string_view("--"));
  CommandTree tree;
  describe(tree);
  try {
    tree.app.parse(static_cast<int>(dashes - argv), argv);
  } catch (const CLI::ParseError& problem) {
    std::ostringstream out, errors;
    const int code = tree.app.exit(problem, out, errors);
    print(out.str());
    complain(errors.str());
    return unless_lost(code == 0 ? kConforms : kUsage);
  }
  try {
    return unless_lost(run_chosen(tree, {dashes == end ? end : dashes + 1, end}));
  } catch (const UsageError& problem) {
    complain(std::string(problem.what()) + "\n");
  } catch (const std::exception& problem) {
    complain("mcplumb: error: " + std::string(problem.what()) + "\n");
  }
  return kUsage;
}

}  // namespace mcplumb::cli
