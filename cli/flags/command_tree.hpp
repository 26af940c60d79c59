// The tree of commands that the command line is read with. Private to the files that describe commands: the only header
// that knows CLI11, which takes long to compile.
#pragma once

#include <CLI/CLI.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/flags/command_text.hpp"
#include "cli/input/options.hpp"

namespace mcplumb::cli {

struct CommandTree {
  struct Command {
    CLI::App* app;
    std::function<int()> run;
  };
  CLI::App app{"A conformance tester and smoke-test client for MCP servers: it probes, calls and checks them.",
               "mcplumb"};
  std::deque<Command> commands;
  std::vector<std::pair<const CLI::App*, TargetOptions*>> targets;  // of the commands that ask a server
};

// A command, and the options that it will be run with; to be filled by the flags that the caller describes.
template <class Options>
std::pair<CLI::App&, Options&> add_command(CommandTree& tree, const char* name, const char* description,
                                           int (*command)(const Options&)) {
  const auto options = std::make_shared<Options>();
  CLI::App* app = tree.app.add_subcommand(name, description);
  tree.commands.push_back({app, [options, command] { return command(*options); }});
  return {*app, *options};
}

// Which server, how to reach it, and how to show what comes of it: for every command that asks a server.
void add_target(CommandTree& tree, CLI::App& command, TargetOptions& options);
// The same for a command that is about something: the words behind the target, at most one that is not `many`.
struct Word {
  const char* name;
  const char* description;
  bool many = false;
};
void add_target_and_words(CommandTree& tree, CLI::App& command, ServerOptions& options, const std::vector<Word>& words);
// What an option means where a command has a default of its own.
void set_default(CLI::App& command, const char* option, std::string& value, const char* text);
void add_max_reply(CLI::App& command, std::string& size);
void add_color(CLI::App& command, std::string& color);
void add_accept(CLI::App& command, std::vector<std::string>& rules);
void add_called(CLI::App& command, CalledOptions& options);
void add_expect(CLI::App& command, std::vector<std::string>& budgets);
// A flag for each format that reports of runs, or of comparisons, can be had in.
void add_run_reports(CLI::App& command, WantedReports& reports);
void add_comparison_reports(CLI::App& command, WantedReports& reports);

// One function for each group of commands, each in a file of its own.
void add_check_commands(CommandTree& tree);       // check, probe, checks, explain, report
void add_comparison_commands(CommandTree& tree);  // compare, lock, gate, bisect
void add_server_commands(CommandTree& tree);      // call, list, read, prompt, init, healthz
void add_shell_commands(CommandTree& tree);       // completion, man

ProgramText text_of(const CommandTree& tree);

}  // namespace mcplumb::cli
