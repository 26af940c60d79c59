// The same run several times, made into one.
#pragma once

#include <optional>

#include "conformance/record/run.hpp"

namespace mcplumb {

// Adds `next` to what came of the runs before it (nothing at first). What is kept is the first run that was not good,
// or else the first; each outcome counts how often it ran and how often it was broken, and is broken if it ever was.
void add_repetition(std::optional<Run>& kept, Run next);

bool is_broken(const Outcome& outcome);  // it failed, or it is inconclusive

// Another try of the same check, whose requests are not kept: `kept` counts it, and becomes what it was if it is the
// first that is broken. `when`: "in run 2". A try that was skipped says nothing.
void add_try(Outcome& kept, const Outcome& more, const std::string& when);

}  // namespace mcplumb
