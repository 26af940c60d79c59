// A curl command that repeats an exchange, ready to paste into a shell. Secrets are left out and marked.
#pragma once

#include <string>

#include "client/trace.hpp"

namespace mcplumb {

std::string curl_line(const Exchange& exchange);
std::string shell_quoted(std::string_view text);  // for a POSIX shell

}  // namespace mcplumb
