// An exchange as people read it: request, reply headers, body or events with their moments, and how it ended. Whatever
// the server sent is escaped: no control byte reaches a terminal.
#pragma once

#include <string>
#include <vector>

#include "client/trace.hpp"

namespace mcplumb {

// Lines without indentation, none longer than `width` characters (but at least 40).
std::vector<std::string> exchange_lines(const Exchange& exchange, int width);

// "12.3 ms", "4.56 s"
std::string span_text(Micros span);

}  // namespace mcplumb
