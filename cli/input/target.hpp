// From what the command line says about a server to a Target.
#pragma once

#include <string>
#include <vector>

#include "cli/input/options.hpp"
#include "client/connect/target.hpp"

namespace mcplumb::cli {

// Exactly one server must be named: a URL, `-- command`, --serve with a URL, or --config. Throws UsageError.
Target target_of(const TargetOptions& options);
bool names_target(const TargetOptions& options);  // other than by its URL

// What the command is about: its words, without the URL, which goes into `options`.
std::vector<std::string> words_behind_target(ServerOptions& options);

// "Name: value", "Name=@env:VARIABLE" or "Name=@FILE". Throws UsageError; its message never holds a value.
Header parse_header(const std::string& text);
// What "@env:VARIABLE" or "@FILE" stands for, without a line feed at its end. Throws UsageError.
std::string read_secret(const std::string& where, const std::string& option);

}  // namespace mcplumb::cli
