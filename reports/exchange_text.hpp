// An exchange as people read it: request, reply headers, body or events with their moments, and how it ended. Whatever
// the server sent is escaped: no control byte reaches a terminal.
#pragma once

#include <string>
#include <vector>

#include "client/trace.hpp"

namespace mcplumb {

// Lines without indentation, none longer than `width` columns (at least 40) unless a word of ours is.
// "> " sent, "< " came back, "! " how it ended.
std::vector<std::string> exchange_lines(const Exchange& exchange, int width);

}  // namespace mcplumb
