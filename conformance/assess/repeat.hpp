// The same run several times, made into one.
#pragma once

#include <optional>
#include <vector>

#include "conformance/record/run.hpp"

namespace mcplumb {

// Adds `next` to what came of the runs before it (nothing at first). What is kept is the first run that was not good,
// or else the first; each outcome counts how often it ran and how often it was broken, and is broken if it ever was.
void add_repetition(std::optional<Run>& kept, Run next);

bool is_broken(const Outcome& outcome);  // it failed, or it is inconclusive

// For a run that had others beside it: whether it shows nothing that `alone`, which had none, did not show.
bool is_as_good_as(const Run& alone, const Run& beside);

// Where a check failed beside other runs, and never without them, `kept` gets a note of it.
void mention_beside(Run& kept, const std::vector<Outcome>& beside);

// Another try of the same check, whose requests are not kept: `kept` counts it, and becomes what it was if it is the
// first that is broken. `when`: "in run 2". A try that was skipped says nothing.
void add_try(Outcome& kept, const Outcome& more, const std::string& when);

}  // namespace mcplumb
