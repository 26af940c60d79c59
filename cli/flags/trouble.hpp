// What ends mcplumb that nobody foresaw: in a sentence, and as an exit code.
#pragma once

#include <exception>
#include <string>

#include "conformance/record/exit_code.hpp"

namespace mcplumb::cli {

struct Trouble {
  ExitCode code;
  std::string sentence;  // says what to do, where that is known
};

// That the machine has no more of something is no wrong usage, and says nothing of a server.
Trouble trouble_of(const std::exception& problem);

}  // namespace mcplumb::cli
