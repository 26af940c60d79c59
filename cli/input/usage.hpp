// How a command tells the operator's mistake.
#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

namespace mcplumb::cli {

// The operator's mistake: the text is printed as it is, the exit code is 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Of an errno behind a file: that the machine has no more open files is no mistake of the operator's.
inline void throw_if_machine_lacks(int error, const std::string& doing) {
  if (error == EMFILE || error == ENFILE) throw std::system_error(error, std::generic_category(), doing);
}

inline UsageError usage(const std::string& text) { return UsageError("mcplumb: error: " + text); }

}  // namespace mcplumb::cli
