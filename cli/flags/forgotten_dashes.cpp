// A program where a URL belongs: `--` was forgotten before a server that speaks stdio.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "cli/flags/given_words.hpp"
#include "cli/flags/mistakes.hpp"
#include "cli/input/known_secrets.hpp"
#include "client/connect/target.hpp"
#include "client/http/url.hpp"
#include "client/text/printable.hpp"

namespace mcplumb::cli {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code failed;
  return fs::is_regular_file(path, failed);
}

bool is_executable(const fs::path& path) { return is_file(path) && access(path.c_str(), X_OK) == 0; }

bool is_on_path(const std::string& word) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');)
    if (!folder.empty() && is_executable(fs::path(folder) / word)) return true;
  return false;
}

// Of a script that is no program itself.
std::string interpreter_of(const std::string& word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kInterpreters = {
      {{".py", "python3"}, {".js", "node"}, {".mjs", "node"}, {".cjs", "node"}, {".rb", "ruby"}}};
  if (is_executable(word)) return "";
  for (const auto& [ending, program] : kInterpreters)
    if (word.ends_with(ending)) return std::string(program);
  return "";
}

enum class Kind { url, program, unclear };

Kind kind_of(const std::string& word) {
  if (word.find("://") != word.npos || lacks_only_scheme(word)) return Kind::url;
  if (is_file(word) || (word.find('/') == word.npos && is_on_path(word))) return Kind::program;
  return Kind::unclear;
}

// The words from the program on, as they are to be typed behind `--`.
std::string as_command(std::vector<std::string> words) {
  known_secrets().add_command(words);
  const std::string interpreter = interpreter_of(words.front());
  if (!interpreter.empty())
    words.insert(words.begin(), interpreter);
  else if (is_executable(words.front()) && words.front().find('/') == std::string::npos && !is_on_path(words.front()))
    words.front() = "./" + words.front();
  return command_line(words);
}

bool names_server(const CLI::App& command, const GivenWords& given) {
  for (const char* option : {"--url", "--serve", "--config"})
    if (given.options.count(command.get_option_no_throw(option)) != 0) return true;
  return false;
}

// " TOOL ARGUMENTS": what a command is about, behind its target.
std::string words_about(const CLI::App& command) {
  std::string names;
  bool is_first = true;
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) continue;
    if (!is_first) names += " " + CLI::detail::to_lower(option->get_name(true));
    is_first = false;
  }
  std::transform(names.begin(), names.end(), names.begin(), [](unsigned char c) { return std::toupper(c); });
  return names;
}

UsageError forgotten_dashes(const CLI::App& command, const std::vector<std::string>& words, std::size_t at) {
  const std::string about = words_about(command);
  const std::string start = "mcplumb " + command.get_name() + (at > 0 ? " …" : "");
  const std::vector<std::string> from_there(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  std::string text = "`" + printable(words[at]) + "` is no URL. A program that speaks stdio stands behind --, and " +
                     "mcplumb's own options before that:\n  " + start + about + " -- " + as_command(from_there);
  if (!about.empty()) text += "\nThe URL of a server that runs comes first:\n  " + start + " URL" + about;
  return usage(text);
}

}  // namespace

std::string line_of_program(const std::string& command, const std::vector<std::string>& words) {
  if (words.empty() || kind_of(words.front()) != Kind::program) return "";
  return "mcplumb " + command + " -- " + as_command(words);
}

void refuse_program_as_url(const CommandTree& tree, const CLI::App& command, const std::vector<std::string>& words) {
  const bool asks_server = std::any_of(tree.targets.begin(), tree.targets.end(),
                                       [&](const auto& target) { return target.first == &command; });
  const GivenWords given = tell_apart(command, words);
  if (!asks_server || given.plain.empty() || names_server(command, given)) return;
  const auto [at, behind] = given.plain.front();
  if (given.unknown && *given.unknown < at) return;
  const Kind kind = kind_of(words[at]);
  if (kind == Kind::url) return;
  if (kind == Kind::unclear && behind != nullptr && given.plain.size() > 1) throw behind_a_value(*behind);
  const bool more_than_fit = words_about(command).empty() && (given.plain.size() > 1 || given.unknown);
  if (kind == Kind::program || more_than_fit) throw forgotten_dashes(command, words, at);
}

}  // namespace mcplumb::cli
