// Completion scripts for bash, zsh and fish.
#include <algorithm>
#include <set>

#include "cli/flags/command_text.hpp"

namespace mcplumb::cli {
namespace {

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
  return text;
}

std::vector<std::string> names_of_commands(const ProgramText& program) {
  std::vector<std::string> names;
  for (const CommandText& command : program.commands) names.push_back(command.name);
  return names;
}

// What completes the word behind an option or a positional, as a line of bash.
std::string bash_values(const OptionText& option) {
  if (!option.choices.empty()) return "COMPREPLY=($(compgen -W '" + joined(option.choices, " ") + "' -- \"$cur\"))";
  if (option.takes_file()) return "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$cur\"))";
  if (option.takes_folder()) return "compopt -o filenames; COMPREPLY=($(compgen -d -- \"$cur\"))";
  return "COMPREPLY=()";
}

std::string bash_command(const CommandText& command) {
  std::vector<std::string> flags, words;
  std::string cases;
  for (const OptionText& option : command.options) {
    if (option.positional) {
      words.insert(words.end(), option.choices.begin(), option.choices.end());
      continue;
    }
    flags.insert(flags.end(), option.names.begin(), option.names.end());
    if (!option.value.empty())
      cases += "        " + joined(option.names, "|") + ") " + bash_values(option) + "; return ;;\n";
  }
  std::string out = "    " + command.name + ")\n";
  if (!cases.empty()) out += "      case $prev in\n" + cases + "      esac\n";
  out += "      flags='" + joined(flags, " ") + "' words='" + joined(words, " ") + "' ;;\n";
  return out;
}

std::string bash_script(const ProgramText& program) {
  const std::string commands = joined(names_of_commands(program), " ");
  std::string out = R"(# Completion of mcplumb for bash. Try it: source <(mcplumb completion bash)
_mcplumb() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command='' flags='--help --version' words word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
      --) return ;;
      )" + replaced(commands, " ", "|") +
                    R"() command=$word; break ;;
    esac
  done
  case $command in
)";
  for (const CommandText& command : program.commands) out += bash_command(command);
  out += "    *) words='" + commands + R"(' ;;
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$cur"))
  elif [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  else
    compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur"))
  fi
}
complete -F _mcplumb mcplumb
)";
  return out;
}

std::string zsh_text(const std::string& text) {
  std::string out = replaced(text, "'", "'\\''");
  for (const char* special : {"[", "]", ":"}) out = replaced(out, special, std::string("\\") + special);
  return out;
}

std::string zsh_values(const OptionText& option) {
  if (!option.choices.empty()) return "(" + joined(option.choices, " ") + ")";
  if (option.takes_file()) return "_files";
  if (option.takes_folder()) return "_files -/";
  return " ";
}

std::string zsh_option(const OptionText& option) {
  const std::string value = option.value.empty() ? "" : ":" + zsh_text(option.value) + ":" + zsh_values(option);
  if (option.positional) {
    const bool many = option.repeatable;
    return "        '" + std::string(many ? "*" : "") + ":" + zsh_text(option.names[0]) + ":" +
           (option.choices.empty() ? "_files" : zsh_values(option)) + "'";
  }
  std::string out;
  for (const std::string& name : option.names)
    out += (out.empty() ? "" : " \\\n") + std::string("        '") + (option.repeatable ? "*" : "") + name + "[" +
           zsh_text(option.description) + "]" + value + "'";
  return out;
}

std::string zsh_script(const ProgramText& program) {
  std::string out = R"(#compdef mcplumb
# Completion of mcplumb for zsh. Put it as _mcplumb into a folder of $fpath, or try it: source <(mcplumb completion zsh)
_mcplumb() {
  local -a commands
  local context state line
  commands=(
)";
  for (const CommandText& command : program.commands)
    out += "    '" + command.name + ":" + zsh_text(command.description) + "'\n";
  out += R"(  )
  _arguments -C '--help[Print the help]' '--version[Print the version]' '1:command:->command' '*::argument:->argument'
  case $state in
    command) _describe command commands ;;
    argument)
      case $line[1] in
)";
  for (const CommandText& command : program.commands) {
    out += "      " + command.name + ") _arguments";
    for (const OptionText& option : command.options) out += " \\\n" + zsh_option(option);
    out += " ;;\n";
  }
  return out + R"(      esac ;;
  esac
}
if [ "$funcstack[1]" = _mcplumb ]; then _mcplumb "$@"; else compdef _mcplumb mcplumb; fi
)";
}

std::string fish_text(const std::string& text) {
  return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish_option(const std::string& condition, const OptionText& option) {
  std::string out = "complete -c mcplumb -n " + condition;
  if (option.positional) {
    if (option.choices.empty()) return "";
    return out + " -a " + fish_text(joined(option.choices, " ")) + "\n";
  }
  for (const std::string& name : option.names)
    out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!option.choices.empty())
    out += " -x -a " + fish_text(joined(option.choices, " "));
  else if (option.takes_file())
    out += " -r -F";
  else if (option.takes_folder())
    out += " -x -a '(__fish_complete_directories)'";
  else if (!option.value.empty())
    out += " -x";
  return out + " -d " + fish_text(option.description) + "\n";
}

std::string fish_script(const ProgramText& program) {
  std::string out =
      "# Completion of mcplumb for fish. Try it: mcplumb completion fish | source\n"
      "complete -c mcplumb -n __fish_use_subcommand -f\n";
  for (const CommandText& command : program.commands)
    out += "complete -c mcplumb -n __fish_use_subcommand -a " + command.name + " -d " + fish_text(command.description) +
           "\n";
  for (const CommandText& command : program.commands)
    for (const OptionText& option : command.options)
      out += fish_option("'__fish_seen_subcommand_from " + command.name + "'", option);
  return out;
}

}  // namespace

std::string completion_script(const ProgramText& program, Shell shell) {
  return shell == Shell::bash ? bash_script(program) : shell == Shell::zsh ? zsh_script(program) : fish_script(program);
}

}  // namespace mcplumb::cli
