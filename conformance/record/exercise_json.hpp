// The tools that were called, in the JSON form of a run (docs/report-json.md).
#pragma once

#include "conformance/record/json_reader.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

void write_exercise(nlohmann::json& value, const Run& run);
// Absent members are fine: only runs that called tools by themselves have one. `run.trace` must have been read.
void read_exercise(const JsonReader& in, Run& run);

}  // namespace mcplumb
