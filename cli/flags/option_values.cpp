#include "cli/flags/option_values.hpp"

#include <charconv>

#include "client/text/printable.hpp"
#include "conformance/language/suggestion.hpp"

namespace mcplumb::cli {

// The name is what help shows and completion reads (command_text.cpp).
CLI::Validator one_of(std::initializer_list<std::string> words) {
  const std::vector<std::string> known(words);
  const auto judge = [known](std::string& word) -> std::string {
    if (std::find(known.begin(), known.end(), word) != known.end()) return "";
    return "there is no `" + printable(word) + "`" + suggestion(word, known);
  };
  return CLI::Validator(judge, "{" + CLI::detail::join(known, ",") + "}");
}

CLI::Validator from_to(std::uint64_t least, std::uint64_t most) {
  const std::string range = std::to_string(least) + " to " + std::to_string(most);
  const auto judge = [=](std::string& text) -> std::string {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, number);
    const bool fits = problem == std::errc() && stop == end && number >= least && number <= most;
    return fits ? "" : "`" + printable(text) + "` is not a whole number from " + range;
  };
  return CLI::Validator(judge, "INT in [" + std::to_string(least) + " - " + std::to_string(most) + "]");
}

CLI::Option* comma_separated(CLI::Option* option) {
  const auto trim = [](std::string& word) -> std::string {
    word.erase(0, std::min(word.find_first_not_of(' '), word.size()));
    word.erase(word.find_last_not_of(' ') + 1);
    return "";
  };
  option->description(option->get_description() + " (repeatable, or with commas: a,b)");
  return option->delimiter(',')->transform(CLI::Validator(trim, ""));
}

}  // namespace mcplumb::cli
