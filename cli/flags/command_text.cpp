// From CLI11's tree to plain values.
#include "cli/flags/command_text.hpp"

#include "cli/flags/command_tree.hpp"

namespace mcplumb::cli {
namespace {

// "TEXT:{auto,always,never}": CLI11 puts the words that a value may have behind its type.
std::vector<std::string> choices_of(const std::string& type) {
  std::vector<std::string> words;
  const std::size_t start = type.find('{'), end = type.rfind('}');
  if (start == std::string::npos || end == std::string::npos) return words;
  for (std::size_t at = start + 1; at < end;) {
    const std::size_t comma = std::min(type.find(',', at), end);
    words.push_back(type.substr(at, comma - at));
    at = comma + 1;
  }
  return words;
}

OptionText text_of(const CLI::Option& option) {
  OptionText text;
  for (const std::string& name : option.get_snames()) text.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) text.names.push_back("--" + name);
  text.positional = option.get_positional() && text.names.empty();
  if (text.positional) text.names.push_back(option.get_name());
  text.description = option.get_description();
  text.otherwise = option.get_default_str();
  text.group = option.get_group();
  if (option.get_items_expected_max() > 0 && option.get_type_size() > 0) {
    const std::string type = option.get_type_name();
    text.value = type.substr(0, type.find(':'));
    text.choices = choices_of(type);
  }
  text.repeatable = option.get_items_expected_max() > 1;
  return text;
}

}  // namespace

ProgramText text_of(const CommandTree& tree) {
  ProgramText program{tree.app.get_description(), tree.app.get_footer(), {}};
  for (const CLI::App* command : tree.app.get_subcommands(nullptr)) {
    if (command->get_group().empty()) continue;  // hidden
    CommandText text{command->get_name(), command->get_description(), command->get_footer(), {}};
    for (const CLI::Option* option : command->get_options()) text.options.push_back(text_of(*option));
    program.commands.push_back(std::move(text));
  }
  return program;
}

}  // namespace mcplumb::cli
