// Diagnoses, likenesses and process facts in the JSON form of a run (docs/report-json.md).
#pragma once

#include "conformance/record/json_reader.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// Where a diagnosis is written. In a run a text that is empty has no member. In a comparison each text has one, and
// there is neither a weight nor a list of exchanges: the trace that these are numbers of is not in it.
enum class DiagnosisIn { run, comparison };
nlohmann::json to_json(const Diagnosis& diagnosis, DiagnosisIn where);

void write_diagnoses(nlohmann::json& value, const Run& run);
// Absent members are fine: they came with a later version. `run.trace` must have been read.
void read_diagnoses(const JsonReader& in, Run& run);

}  // namespace mcplumb
