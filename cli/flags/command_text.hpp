// The command line as plain values, for what is written from it: shell completion and the manual page.
#pragma once

#include <string>
#include <vector>

namespace mcplumb::cli {

struct OptionText {
  std::vector<std::string> names;  // "--json", "-H"; the name of a positional without dashes
  std::string value;               // "FILE"; empty for a flag
  std::vector<std::string> choices;
  std::string description, otherwise;  // otherwise: what holds if it is not given
  std::string group;
  bool positional = false, repeatable = false;
  bool takes_file() const { return value == "FILE" || value == "PATH"; }
  bool takes_folder() const { return value == "FOLDER"; }
};

struct CommandText {
  std::string name, description, footer;
  std::vector<OptionText> options;
};

struct ProgramText {
  std::string description, footer;
  std::vector<CommandText> commands;
};

enum class Shell { bash, zsh, fish };
std::string completion_script(const ProgramText& program, Shell shell);
std::string manual_page(const ProgramText& program);  // roff, section 1

}  // namespace mcplumb::cli
