// Calls the tools that the user allows, with arguments made from their schemas, and looks at what comes.
#pragma once

#include "conformance/engine/need_probes.hpp"
#include "conformance/record/exercise.hpp"

namespace mcplumb {

inline constexpr const char* kExercisePurpose = "exercise";

// Calls tool after tool in turn, each with the next of its arguments, so that a bound leaves something of all. Calls
// with arguments that fit are ordinary exchanges of the run; the others are marked deliberate. Stops early, with what
// it has, once the loop was stopped or no session can be had any more. `tools`: the list as it came.
Exercise exercise_tools(NeedProbes& needs, HttpClient& http, const nlohmann::json& tools,
                        const ExerciseOptions& options);

}  // namespace mcplumb
