// A run whose checks were shared out among several processes, put together again.
#pragma once

#include <string>
#include <vector>

#include "conformance/language/check.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// The check judges times, waits on purpose, or looks at the run as a whole: never to be run beside others.
bool needs_quiet(const Check& check);

// `whole` is the run that was made last and alone. An outcome of a check that sent something is in one run only; a
// watching check was judged in each, and the worst verdict stands. `order` holds the ids in the order of the plan.
Run merge_runs(Run whole, std::vector<Run> parts, const std::vector<std::string>& order);

}  // namespace mcplumb
