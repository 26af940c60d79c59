// What the first word of a command line means: a command, or a server that is to be probed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/flags/command_tree.hpp"

namespace mcplumb::cli {

// The command that the words name; `mcplumb URL` and `mcplumb -- PROGRAM` become `mcplumb probe …`. Null: options of
// the program itself. Throws UsageError for what CLI11 could not explain: an unknown command or option, or a program
// where a URL belongs.
const CLI::App* begin(const CommandTree& tree, std::vector<std::string>& words, bool has_server);

// What `mcplumb help` and `mcplumb help COMMAND` print. Absent: that was not asked for. Throws UsageError.
std::optional<std::string> help_asked_for(const CommandTree& tree, const std::vector<std::string>& words);
std::string how_to_begin(const CommandTree& tree);  // for who typed no word at all

}  // namespace mcplumb::cli
