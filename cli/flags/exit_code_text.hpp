// The exit codes in the help of a command and in the manual page, from their table (conformance/record/exit_code.hpp).
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "conformance/record/exit_code.hpp"

namespace mcplumb::cli {

// A code that a command can end with, and what it means there if the table's words are too general.
struct CodeHere {
  ExitCode code;
  std::string_view here{};
};

// "Exit codes: 0 conforms, 1 a check failed, …." on lines that fit into help.
std::string exit_code_lines(std::initializer_list<CodeHere> codes);

std::string exit_status_section();  // of the manual page, in roff

}  // namespace mcplumb::cli
