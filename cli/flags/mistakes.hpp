// What is wrong with a command line, in words that say what to type instead.
#pragma once

#include <string>
#include <vector>

#include "cli/flags/command_tree.hpp"
#include "cli/input/usage.hpp"

namespace mcplumb::cli {

// Nothing that the words may hold as a value is repeated: it may be a secret.
UsageError unknown_command(const CommandTree& tree, const std::string& word);
// The same where the words may be a program whose command was forgotten.
UsageError unknown_command(const CommandTree& tree, const std::vector<std::string>& words);
UsageError unknown_option(const CommandTree& tree, const CLI::App& command, const std::string& word);
// Throws UsageError: an option that the command does not have, or one without its value.
void refuse_wrong_options(const CommandTree& tree, const CLI::App& command, const std::vector<std::string>& words);
// Throws UsageError: a path that is empty, which everything behind it would take for one that was not given.
void refuse_empty_paths(const CLI::App& command);
// Of what CLI11 found. `words` are those of the command; null: there is none.
UsageError mistake(const CLI::App* command, const std::vector<std::string>& words, const CLI::ParseError& problem);
// A word that stands where only the value of an option makes sense.
UsageError behind_a_value(const CLI::Option& option);
// "mcplumb probe -- python3 server.py", where the words begin with a program; empty if they do not.
std::string line_of_program(const std::string& command, const std::vector<std::string>& words);
// Throws UsageError if the word that should be a URL is a program: `--` was forgotten.
void refuse_program_as_url(const CommandTree& tree, const CLI::App& command, const std::vector<std::string>& words);

const CLI::App* find_command(const CommandTree& tree, const std::string& name);  // null: there is none
std::vector<std::string> command_names(const CommandTree& tree);

}  // namespace mcplumb::cli
