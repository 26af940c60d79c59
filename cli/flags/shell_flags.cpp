// completion, man, help and version: written from the tree itself, so that they cannot go stale. And one for another
// program, hidden.
#include "cli/commands/commands.hpp"
#include "cli/flags/command_text.hpp"
#include "cli/flags/command_tree.hpp"
#include "cli/flags/option_values.hpp"
#include "cli/output/terminal.hpp"

namespace mcplumb::cli {
namespace {

// For the list of commands; what it shows is decided before anything else is read (first_word.hpp).
void add_help(CommandTree& tree) {
  CLI::App* help = tree.app.add_subcommand("help", "Show the commands, or the options of one");
  help->add_option("command", "Name of a command");
  help->footer("Examples:\n  mcplumb help\n  mcplumb help check");
}

void add_version(CommandTree& tree) {
  CLI::App* version = tree.app.add_subcommand("version", "Print the version; the same as --version");
  version->footer("Example:\n  mcplumb version");
  tree.commands.push_back({version, [&tree] {
                             print(tree.app.version() + "\n");
                             return 0;
                           }});
}

}  // namespace

void add_shell_commands(CommandTree& tree) {
  CLI::App* completion = tree.app.add_subcommand("completion", "Print a completion script for a shell");
  const auto shell = std::make_shared<std::string>();
  completion->add_option("shell", *shell, "bash, zsh or fish")->required()->check(one_of({"bash", "zsh", "fish"}));
  completion->footer(R"(Examples:
  source <(mcplumb completion bash)                        for this shell only
  mcplumb completion bash > ~/.local/share/bash-completion/completions/mcplumb
  mcplumb completion zsh > ~/.zfunc/_mcplumb               with ~/.zfunc in $fpath
  mcplumb completion fish > ~/.config/fish/completions/mcplumb.fish)");
  tree.commands.push_back(
      {completion, [&tree, shell] {
         const Shell kind = *shell == "bash" ? Shell::bash : *shell == "zsh" ? Shell::zsh : Shell::fish;
         print(completion_script(text_of(tree), kind));
         return 0;
       }});

  CLI::App* manual = tree.app.add_subcommand("man", "Print the manual page");
  manual->footer("Example:\n  mcplumb man | man -l -");
  tree.commands.push_back({manual, [&tree] {
                             print(manual_page(text_of(tree)));
                             return 0;
                           }});

  add_help(tree);
  add_version(tree);

  auto [scenario, options] = add_command(
      tree, "conformance-client", "Play a client scenario of the official conformance tool, which starts this command",
      &conformance_client_command);
  scenario.add_option("url", options.url, "Where the tool's server listens")->required();
  scenario.group("");
}

}  // namespace mcplumb::cli
