// From the words of the command line to what a run is asked to do.
#pragma once

#include <string>

#include "cli/input/options.hpp"
#include "cli/input/usage.hpp"
#include "client/loop.hpp"
#include "conformance/engine/options.hpp"

namespace mcplumb::cli {

Micros parse_duration(const std::string& text, const std::string& option);   // throws UsageError
std::size_t parse_size(const std::string& text, const std::string& option);  // "500k", "16M"; throws UsageError
// From --revision and --era: what to propose, empty = find out. Throws UsageError.
std::string revision_of(const TargetOptions& options);
// --tools replaces what was allowed, --not adds to what was not.
void exercise_by_flags(ExerciseOptions& exercise, const CalledOptions& options);
RunOptions run_options(const CheckOptions& options);  // throws UsageError
// From now on the loop has as long as --total-deadline says. Throws UsageError.
void end_in_time(EventLoop& loop, const TargetOptions& options);

}  // namespace mcplumb::cli
