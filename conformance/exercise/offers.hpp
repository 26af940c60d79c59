// Reads the resources and fetches the prompts that the user allows, and looks whether each request is answered.
#pragma once

#include "conformance/exercise/tool_caller.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// In rounds, so that there is more than one time of each, and at most `calls` in all; returns how many there were. Ends
// early, with what it has, once no session can be had. `exercise` gets what came of it.
std::size_t exercise_offers(ToolCaller& caller, const Trace& trace, const Surface& surface,
                            const ExerciseOptions& options, std::size_t calls, Exercise& exercise);

// All that options.exercise allows: resources and prompts first, with at most a third of the calls where tools are
// called, too; then the tools.
Exercise exercise_all(NeedProbes& needs, SessionPool& sessions, HttpClient& http, const RunOptions& options,
                      const Surface& surface, ToolCaller::WaitForLimit wait);

// Lets the checks ask for what was served each time, the first few of each kind, where the user named none.
void allow_offers(const Exercise& exercise, RunOptions& options);

// Values for the arguments of a prompt in round after round: plain ones, only what is required, empty, Unicode, long.
nlohmann::json prompt_arguments(const nlohmann::json& prompt, std::size_t round);

}  // namespace mcplumb
