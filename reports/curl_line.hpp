// A curl command that repeats an exchange, ready to paste into a shell. Secrets are left out and marked.
#pragma once

#include <string>
#include <string_view>

#include "client/trace.hpp"

namespace mcplumb {

// On one line, whatever its length. A body that was not kept whole ends in "…".
std::string curl_line(const Exchange& exchange);

// One word for a shell: as it is, in '…', or in $'…' (POSIX 2024, bash, zsh) if it holds what does not print.
std::string shell_quoted(std::string_view text);

}  // namespace mcplumb
