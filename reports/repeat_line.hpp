// A command that repeats an exchange, ready to paste into a shell: curl for HTTP, the program itself for stdio.
#pragma once

#include <string>

#include "client/trace.hpp"

namespace mcplumb {

// On one line. Over stdio the handshake of the session goes before the message. Secrets are left out and marked.
std::string repeat_line(const Trace& trace, const Exchange& exchange);

}  // namespace mcplumb
