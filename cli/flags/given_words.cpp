#include "cli/flags/given_words.hpp"

namespace mcplumb::cli {
namespace {

bool looks_like_option(const std::string& word) { return word.size() > 1 && word[0] == '-'; }

class Teller {
 public:
  Teller(const CLI::App& command, const std::vector<std::string>& words) : command_(command), words_(words) {}

  GivenWords tell() {
    for (at_ = 0; at_ < words_.size(); ++at_) {
      const std::string& word = words_[at_];
      if (!looks_like_option(word)) {
        found_.plain.push_back({at_, behind_});
        behind_ = nullptr;
      } else if (word[1] == '-') {
        const CLI::Option* option = command_.get_option_no_throw(option_part(word));
        if (option != nullptr && takes_value(*option) && word.find('=') == word.size() - 1) lacks_value(option);
        take(option, word.find('=') != std::string::npos);
      } else {
        take_short(word);
      }
    }
    return std::move(found_);
  }

 private:
  // "-v", "-vj4", "-j 4": what stands behind a letter that takes a value is the value.
  void take_short(const std::string& word) {
    for (std::size_t i = 1; i < word.size(); ++i) {
      const CLI::Option* option = command_.get_option_no_throw(std::string("-") + word[i]);
      const bool value_follows = option != nullptr && takes_value(*option) && i + 1 < word.size();
      take(option, value_follows);
      if (option == nullptr || value_follows) return;
    }
  }

  void take(const CLI::Option* option, bool has_value) {
    behind_ = nullptr;
    if (option == nullptr) {
      if (!found_.unknown) found_.unknown = at_;
      return;
    }
    found_.options.insert(option);
    if (!takes_value(*option)) return;
    if (!has_value && (at_ + 1 == words_.size() || is_known_option(words_[at_ + 1]))) return lacks_value(option);
    if (!has_value) ++at_;
    while (option->get_allow_extra_args() && at_ + 1 < words_.size() && !looks_like_option(words_[at_ + 1])) ++at_;
    behind_ = option;
  }

  void lacks_value(const CLI::Option* option) {
    if (found_.without_value == nullptr) found_.without_value = option;
  }

  bool is_known_option(const std::string& word) const {
    return looks_like_option(word) && command_.get_option_no_throw(word) != nullptr;
  }

  const CLI::App& command_;
  const std::vector<std::string>& words_;
  std::size_t at_ = 0;
  const CLI::Option* behind_ = nullptr;
  GivenWords found_;
};

}  // namespace

GivenWords tell_apart(const CLI::App& command, const std::vector<std::string>& words) {
  return Teller(command, words).tell();
}

bool takes_value(const CLI::Option& option) {
  return option.get_items_expected_max() > 0 && option.get_type_size() > 0;
}

std::string shown_name(const CLI::Option& option) {
  if (!option.get_lnames().empty()) return "--" + option.get_lnames().front();
  return option.get_snames().empty() ? option.get_name() : "-" + option.get_snames().front();
}

std::vector<std::string> long_options(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::string option_part(const std::string& word) { return word.substr(0, word.find('=')); }

}  // namespace mcplumb::cli
