#include "cli/flags/first_word.hpp"

#include <algorithm>

#include "cli/flags/mistakes.hpp"
#include "client/http/url.hpp"

namespace mcplumb::cli {
namespace {

constexpr const char* kShort = "probe";  // of all commands the one that does least

bool is_url(const std::string& word) {
  return word.find("://") != word.npos || word.starts_with("http:") || word.starts_with("https:") ||
         lacks_only_scheme(word);
}

bool is_own_option(const CommandTree& tree, const std::string& word) {
  return word.starts_with('-') && tree.app.get_option_no_throw(word) != nullptr;
}

// A server without a command; or what was meant for one.
void take_as_server(const CommandTree& tree, std::vector<std::string>& words, bool has_server) {
  const std::string first = words.empty() ? "" : words.front();
  const bool has_url = first.starts_with('-') ? std::any_of(words.begin(), words.end(), is_url) : is_url(first);
  const auto later = std::find_if(words.begin(), words.end(),
                                  [&](const std::string& word) { return find_command(tree, word) != nullptr; });
  if (later != words.end() && first.starts_with('-'))
    throw usage("options stand behind the command: mcplumb " + *later + " …");
  if (!has_url && !(has_server && (words.empty() || first.starts_with('-')))) {
    if (first.starts_with('-')) throw unknown_option(tree, tree.app, first);
    throw has_server ? unknown_command(tree, first) : unknown_command(tree, words);
  }
  words.insert(words.begin(), kShort);
}

}  // namespace

const CLI::App* begin(const CommandTree& tree, std::vector<std::string>& words, bool has_server) {
  if (!words.empty() && is_own_option(tree, words.front())) return nullptr;
  if (words.empty() || find_command(tree, words.front()) == nullptr) take_as_server(tree, words, has_server);
  const CLI::App* command = find_command(tree, words.front());
  const std::vector<std::string> behind(words.begin() + 1, words.end());
  if (!has_server) refuse_program_as_url(tree, *command, behind);
  refuse_wrong_options(tree, *command, behind);
  return command;
}

std::optional<std::string> help_asked_for(const CommandTree& tree, const std::vector<std::string>& words) {
  if (words.empty() || words.front() != "help") return std::nullopt;
  if (words.size() == 1) return tree.app.help();
  if (words[1].starts_with('-')) return std::nullopt;
  if (words.size() > 2) throw usage("help shows one command at a time: mcplumb help " + words[1]);
  const CLI::App* command = find_command(tree, words[1]);
  if (command == nullptr) throw unknown_command(tree, words[1]);
  return command->help("mcplumb");
}

std::string how_to_begin(const CommandTree& tree) {
  return "mcplumb: error: no command was given.\n" + tree.app.get_description() + "\n\n" + tree.app.get_footer() +
         "\n\n`mcplumb help` lists all commands.\n";
}

}  // namespace mcplumb::cli
