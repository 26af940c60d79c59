// A server that speaks both eras is judged in both: two runs are made, and put together into one.
#pragma once

#include <functional>

#include "conformance/engine/options.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

using RunOnce = std::function<Result<Run>(const RunOptions& options)>;

// Runs in the era that the server answers first, and, unless the options name a revision, in the other one if it
// answers there, too.
Result<Run> run_in_both_eras(const RunOptions& options, const RunOnce& run);

// Puts the run in the second era into that in the first. A check is one outcome in both; the worst verdict stands, and
// what both found is told once. A second run whose handshake the server refuses adds nothing but that.
Run merge_eras(Run first, Run second, const std::string& revision);

}  // namespace mcplumb
