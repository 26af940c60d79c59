// Everything secret that this process was told: on its command line, in files, by its environment.
#pragma once

#include "client/http/secrets.hpp"

namespace mcplumb::cli {

// One for the process, as stdout and stderr are. Whoever reads a secret adds it; what is printed goes past it
// (cli/output/terminal.hpp).
Secrets& known_secrets();

}  // namespace mcplumb::cli
