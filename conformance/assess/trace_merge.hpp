// The traces of two runs as one.
#pragma once

#include <string>

#include "conformance/record/run.hpp"

namespace mcplumb {

// Moves the exchanges and processes of `part` behind those of `trace`. Their numbers, and every place in `part` that
// names one, are counted on; labels of sessions, which are unique within one run only, get `prefix`.
void append_trace(Trace& trace, Run& part, const std::string& prefix);

}  // namespace mcplumb
