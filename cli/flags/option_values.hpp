// What the value of an option may be: validators for CLI11 whose messages say what to write instead.
#pragma once

#include <initializer_list>
#include <string>

#include "cli/flags/command_tree.hpp"

namespace mcplumb::cli {

// One of a closed list of words.
CLI::Validator one_of(std::initializer_list<std::string> words);
// A whole number.
CLI::Validator from_to(std::uint64_t least, std::uint64_t most);
// A list whose values hold no commas: `--only a,b` is `--only a --only b`.
CLI::Option* comma_separated(CLI::Option* option);

}  // namespace mcplumb::cli
