#include "cli/flags/mistakes.hpp"

#include <algorithm>

#include "cli/flags/given_words.hpp"
#include "client/text/printable.hpp"
#include "conformance/language/suggestion.hpp"

namespace mcplumb::cli {
namespace {

std::string see_help(const CLI::App& command) {
  const bool is_program = command.get_parent() == nullptr;
  return "\n`mcplumb help" + (is_program ? "` lists the commands." : " " + command.get_name() + "` shows its options.");
}

// An option of another command is no misspelling.
std::string owners_of(const CommandTree& tree, const std::string& option) {
  std::string owners;
  for (const CLI::App* command : tree.app.get_subcommands(nullptr))
    if (!command->get_group().empty() && command->get_option_no_throw(option) != nullptr)
      owners += (owners.empty() ? "" : ", ") + command->get_name();
  return owners;
}

std::size_t most_plain(const CLI::App& command) {
  std::size_t count = 0;
  for (const CLI::Option* option : command.get_options())
    if (option->get_positional()) count += option->get_items_expected_max() > 1 ? 1'000'000 : 1;
  return count;
}

UsageError one_word_too_many(const CLI::App& command, const std::vector<std::string>& words) {
  const GivenWords given = tell_apart(command, words);
  const std::size_t most = most_plain(command);
  if (given.plain.size() <= most) return usage(command.get_name() + " was given a word too many" + see_help(command));
  for (const GivenWords::Plain& plain : given.plain)
    if (plain.behind != nullptr) return behind_a_value(*plain.behind);
  return usage("`" + printable(words[given.plain[most].at]) + "` is a word too many for " + command.get_name() +
               see_help(command));
}

// "--strict" of `--strict=x`; empty: there is none.
std::string flag_with_value(const CLI::App& command, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (!word.starts_with("--") || word.find('=') == word.npos) continue;
    const CLI::Option* option = command.get_option_no_throw(option_part(word));
    if (option != nullptr && !takes_value(*option)) return shown_name(*option);
  }
  return "";
}

UsageError missing_word(const CLI::App& command, const CLI::ParseError& problem) {
  for (const CLI::Option* option : command.get_options())
    if (option->get_required() && option->count() == 0)
      return usage(command.get_name() + " needs " + shown_name(*option) + ": " + option->get_description() +
                   see_help(command));
  return usage(std::string(problem.what()) + see_help(command));
}

UsageError unknown_command(const CommandTree& tree, const std::string& word, const std::string& how) {
  return usage("there is no command " + printable(word) + suggestion(word, command_names(tree)) +
               "\n`mcplumb help` lists the commands. A server is named behind one: " + how);
}

}  // namespace

UsageError behind_a_value(const CLI::Option& option) {
  const std::string name = shown_name(option);
  const bool several = option.get_delimiter() != '\0';
  return usage("there is a word too many behind the value of " + name + "; " +
               (several ? "several are written with commas, " + name + " a,b, or each with its own " + name
                        : "a value with blanks is one word in quotes: " + name + " '…'"));
}

std::vector<std::string> command_names(const CommandTree& tree) {
  std::vector<std::string> names;
  for (const CLI::App* command : tree.app.get_subcommands(nullptr))
    if (!command->get_group().empty()) names.push_back(command->get_name());
  return names;
}

const CLI::App* find_command(const CommandTree& tree, const std::string& name) {
  for (const CLI::App* command : tree.app.get_subcommands(nullptr))
    if (command->get_name() == name) return command;
  return nullptr;
}

UsageError unknown_command(const CommandTree& tree, const std::string& word) {
  return unknown_command(tree, word, "mcplumb probe URL, or mcplumb probe -- PROGRAM ARGUMENTS.");
}

UsageError unknown_command(const CommandTree& tree, const std::vector<std::string>& words) {
  const std::string line = line_of_program("probe", words);
  if (line.empty()) return unknown_command(tree, words.front());
  return unknown_command(tree, words.front(), "a program that speaks stdio behind --:\n  " + line);
}

UsageError unknown_option(const CommandTree& tree, const CLI::App& command, const std::string& word) {
  const std::string option = option_part(word);
  const std::string owners = owners_of(tree, option);
  return usage(command.get_name() + " has no option " + printable(option) +
               (owners.empty() ? suggestion(option, long_options(command)) : "; commands that have it: " + owners) +
               see_help(command));
}

void refuse_wrong_options(const CommandTree& tree, const CLI::App& command, const std::vector<std::string>& words) {
  const GivenWords given = tell_apart(command, words);
  if (given.unknown) throw unknown_option(tree, command, words[*given.unknown]);
  if (given.without_value == nullptr) return;
  const std::string name = shown_name(*given.without_value);
  const std::string type = given.without_value->get_type_name();
  throw usage(name + " needs a value: " + name + " " + type.substr(0, type.find(':')) + see_help(command));
}

void refuse_empty_paths(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    const std::string type = option->get_type_name();
    const bool is_path =
        type.find("FILE") != type.npos || type.find("FOLDER") != type.npos || type.find("PATH") != type.npos;
    const std::vector<std::string> given = option->results();
    if (is_path && std::find(given.begin(), given.end(), "") != given.end())
      throw usage(shown_name(*option) +
                  " needs a path, and was given an empty text; a shell makes one of a variable that is not set" +
                  see_help(command));
  }
}

UsageError mistake(const CLI::App* command, const std::vector<std::string>& words, const CLI::ParseError& problem) {
  const bool is_conversion = dynamic_cast<const CLI::ConversionError*>(&problem) != nullptr;
  if (command != nullptr && is_conversion && !flag_with_value(*command, words).empty())
    return usage(flag_with_value(*command, words) + " takes no value" + see_help(*command));
  if (command == nullptr) return usage(std::string(problem.what()) + "\n`mcplumb help` lists the commands.");
  if (dynamic_cast<const CLI::ExtrasError*>(&problem) != nullptr) return one_word_too_many(*command, words);
  if (dynamic_cast<const CLI::RequiredError*>(&problem) != nullptr) return missing_word(*command, problem);
  return usage(std::string(problem.what()) + see_help(*command));
}

}  // namespace mcplumb::cli
