// A migration in the JSON form of a run (docs/report-json.md).
#pragma once

#include "conformance/record/json_reader.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

void write_migration(nlohmann::json& value, const Run& run);
// Absent members are fine: only runs that asked for a migration have one. `run.trace` must have been read.
void read_migration(const JsonReader& in, Run& run);

}  // namespace mcplumb
