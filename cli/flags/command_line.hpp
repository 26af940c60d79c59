// The command line: reads it, teaches it (--help), and names the command to run.
#pragma once

namespace mcplumb::cli {

// Parses and runs. Returns the exit code of docs/exit-codes.md. Never throws.
int run(int argc, const char* const* argv);

}  // namespace mcplumb::cli
