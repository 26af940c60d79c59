// Diagnoses, likenesses and process facts in the JSON form of a run (docs/report-json.md).
#pragma once

#include "conformance/record/json_reader.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

void write_diagnoses(nlohmann::json& value, const Run& run);
// Absent members are fine: they came with a later version. `run.trace` must have been read.
void read_diagnoses(const JsonReader& in, Run& run);

}  // namespace mcplumb
