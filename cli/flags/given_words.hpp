// The words behind the name of a command, told apart as CLI11 tells them: for messages about mistakes.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/flags/command_tree.hpp"

namespace mcplumb::cli {

struct GivenWords {
  struct Plain {
    std::size_t at;             // which of the words
    const CLI::Option* behind;  // the option whose value it stands right behind; null: none
  };
  std::vector<Plain> plain;                    // neither options nor values of options
  std::set<const CLI::Option*> options;        // that are given
  std::optional<std::size_t> unknown;          // the first option that the command does not have
  const CLI::Option* without_value = nullptr;  // the first one that lacks its value
};

// `words` are those of the command alone.
GivenWords tell_apart(const CLI::App& command, const std::vector<std::string>& words);

bool takes_value(const CLI::Option& option);
std::string shown_name(const CLI::Option& option);               // "--json"
std::vector<std::string> long_options(const CLI::App& command);  // with their dashes
std::string option_part(const std::string& word);                // "--json" of "--json=x"

}  // namespace mcplumb::cli
