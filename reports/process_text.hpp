// A program of the run as people read it: its command, how it ended, and the last lines of its log, escaped.
#pragma once

#include <string>
#include <vector>

#include "client/trace.hpp"

namespace mcplumb {

// Lines without indentation. "$ " its command, "| " its log, "! " how it ended.
std::vector<std::string> process_lines(const ProcessRecord& process, int width, std::size_t log_lines);

}  // namespace mcplumb
