// The manual page, in roff.
#include <algorithm>
#include <string_view>

#include "cli/flags/command_text.hpp"
#include "cli/flags/exit_code_text.hpp"

namespace mcplumb::cli {
namespace {

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

// Hyphens stay what they are when copied, and a line does not start with a control character.
std::string roff(std::string_view text) {
  std::string out;
  bool at_start = true;
  for (const char c : text) {
    if (at_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
    at_start = c == '\n';
  }
  return out;
}

std::string option_entry(const OptionText& option) {
  std::string names;
  for (const std::string& name : option.names) names += (names.empty() ? "" : ", ") + ("\\fB" + roff(name) + "\\fR");
  const std::string value = option.choices.empty() ? option.value : "";
  std::string choices;
  for (const std::string& choice : option.choices) choices += (choices.empty() ? "" : "|") + roff(choice);
  std::string out = ".TP\n" + names;
  if (!value.empty() && !option.positional) out += " \\fI" + roff(value) + "\\fR";
  if (!choices.empty()) out += " " + choices;
  out += "\n" + roff(option.description);
  if (!option.otherwise.empty()) out += " (default: " + roff(option.otherwise) + ")";
  return out + "\n";
}

// The same for every command that asks a server, so it is told once.
bool is_common(const ProgramText& program, const OptionText& option) {
  if (option.positional || option.group == "Options") return false;
  return std::count_if(program.commands.begin(), program.commands.end(), [&](const CommandText& command) {
           return std::any_of(command.options.begin(), command.options.end(),
                              [&](const OptionText& other) { return other.names == option.names; });
         }) > 2;
}

std::string synopsis(const CommandText& command) {
  std::string line = "\\fBmcplumb " + roff(command.name) + "\\fR [\\fIOPTIONS\\fR]";
  for (const OptionText& option : command.options)
    if (option.positional)
      line += " [\\fI" + roff(upper(option.names[0])) + "\\fR" + (option.repeatable ? "...]" : "]");
  return line;
}

std::string command_section(const ProgramText& program, const CommandText& command) {
  std::string out =
      ".SS " + roff(command.name) + "\n" + roff(command.description) + ".\n.PP\n" + synopsis(command) + "\n";
  for (const OptionText& option : command.options)
    if (!is_common(program, option) && option.names[0] != "-h") out += option_entry(option);
  if (!command.footer.empty()) out += ".PP\n.nf\n" + roff(command.footer) + "\n.fi\n";
  return out;
}

std::string common_section(const ProgramText& program) {
  std::string out, group;
  std::vector<std::vector<std::string>> told;
  for (const CommandText& command : program.commands)
    for (const OptionText& option : command.options) {
      if (!is_common(program, option) || std::find(told.begin(), told.end(), option.names) != told.end()) continue;
      if (option.group != group) out += ".SS " + roff(option.group) + "\n";
      group = option.group;
      told.push_back(option.names);
      out += option_entry(option);
    }
  return out;
}

constexpr const char* kEnvironment = R"(.SH ENVIRONMENT
.TP
.B NO_COLOR, CLICOLOR_FORCE
Turn colours off, or turn them on even if the output is not a terminal.
.TP
.B http_proxy, https_proxy, all_proxy, no_proxy
Read only with \fB\-\-proxy env\fR.
)";

}  // namespace

std::string manual_page(const ProgramText& program) {
  std::string out = ".TH MCPLUMB 1 \"\" \"mcplumb " MCPLUMB_VERSION "\" \"User Commands\"\n.SH NAME\n";
  out +=
      "mcplumb \\- test MCP servers for conformance\n.SH SYNOPSIS\n\\fBmcplumb\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR] "
      "[\\fITARGET\\fR] ...\n";
  out += ".SH DESCRIPTION\n" + roff(program.description) + "\n.PP\n.nf\n" + roff(program.footer) + "\n.fi\n";
  out +=
      ".PP\nA server is named by the URL of its endpoint, by a command after \\fB\\-\\-\\fR that starts a stdio "
      "server, by "
      "\\fB\\-\\-serve\\fR with \\fB\\-\\-url\\fR, or by \\fB\\-\\-config\\fR with \\fB\\-\\-server\\fR.\n";
  out += ".SH COMMANDS\n";
  for (const CommandText& command : program.commands) out += command_section(program, command);
  return out + ".SH COMMON OPTIONS\n" + common_section(program) + exit_status_section() + kEnvironment;
}

}  // namespace mcplumb::cli
