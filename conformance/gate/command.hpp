// One shell line, carried out and waited for.
#pragma once

#include "client/process/child_process.hpp"

namespace mcplumb {

struct CommandResult {
  bool succeeded = false;
  std::string problem;           // one sentence; empty if it succeeded
  std::string output;            // its stdout, bounded
  std::vector<std::string> log;  // the last lines of all it wrote
};

// Runs `line` by /bin/sh in `directory` until it ends, `deadline` (a span) passes or the loop is stopped; in the last
// two cases it is ended with its whole group. With `take_output` stdout is kept apart.
CommandResult run_command(EventLoop& loop, const std::string& line, const std::string& directory,
                          std::vector<std::pair<std::string, std::string>> environment, Micros deadline,
                          bool take_output = false);

// The last `most` lines of a log.
std::vector<std::string> last_of(const std::string& log, std::size_t most = 20);

}  // namespace mcplumb
