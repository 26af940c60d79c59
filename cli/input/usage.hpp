// How a command tells the operator's mistake.
#pragma once

#include <stdexcept>
#include <string>

namespace mcplumb::cli {

// The operator's mistake: the text is printed as it is, the exit code is 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline UsageError usage(const std::string& text) { return UsageError("mcplumb: error: " + text); }

}  // namespace mcplumb::cli
