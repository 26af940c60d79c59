// Before a gate says that a check broke, the check is tried again in both environments: what comes and goes by chance,
// a race in the server that is in both, is no difference between them.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "conformance/language/check.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

enum class GateSide { before, after };

// Runs suites in an environment that is prepared already, and nothing but their checks: all of them, or those that the
// gate file names. Absent: that could not be done.
enum class Which { all, of_the_gate };
using RunAgain = std::function<std::optional<Run>(GateSide, const std::vector<Suite>&, Which)>;

// Tries each check with steps that is broken (failed or inconclusive) after and was not before: alone first, and where
// that does not settle it in a second whole run after. Outcome::runs and broken_runs say what came of it, and one that
// was good before becomes what it was in the try that broke. True: something was tried. Does nothing where no session
// was had, where a run ended early, or where more is broken than chance would break.
bool confirm_breaks(Run& before, Run& after, const std::vector<Suite>& suites, const RunAgain& again);

// The same for tools that were called by themselves (Run::exercise): a fault that does not come again after is marked
// `by_chance`, and one that comes before when it is called again is put down there, too.
using CallAgain = std::function<std::optional<Exercise>(GateSide, const std::vector<std::string>& tools)>;
bool confirm_tools(Run& before, Run& after, const CallAgain& again);

// The same for what was measured in time (Run::observations): what takes longer after, or more of the processor, is
// observed once more in both, as the machine may have been busy. Where that shows no difference, it counts in both
// runs, and Observation::at_first tells what was seen before.
using ObserveAgain = std::function<std::vector<Observation>(GateSide, const std::vector<std::string>& ids)>;
bool confirm_times(Run& before, Run& after, const ObserveAgain& again);

}  // namespace mcplumb
