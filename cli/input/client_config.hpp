// The configuration files in which MCP hosts name their servers: {"mcpServers": {"name": {"command": …} or {"url":
// …}}}.
#pragma once

#include <string>

#include "client/connect/target.hpp"

namespace mcplumb::cli {

// The entry `server` of the file as a target: command, args, env and cwd, or url and headers; type, if it is given.
// An empty name takes the only entry. ${VAR}, ${env:VAR} and ${VAR:-default} are replaced in every text. Throws
// UsageError, with the place in the file and the names that there are; it never holds a value of the file.
Target read_client_config(std::string text, const std::string& file, const std::string& server);

}  // namespace mcplumb::cli
