// The parts of a run's JSON form that tell what the server is and offers, in each of the eras that it speaks.
#pragma once

#include "conformance/record/json_reader.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

nlohmann::json server_json(const ServerFacts& server);
ServerFacts read_server(const JsonReader& in);
nlohmann::json surface_json(const Surface& surface);
Surface read_surface(const JsonReader& in);
nlohmann::json revision_verdict_json(const RevisionVerdict& verdict);
RevisionVerdict read_revision_verdict(const JsonReader& in);

// "other_era" and "revisions".
void write_eras(nlohmann::json& value, const Run& run);
void read_eras(const JsonReader& in, Run& run);

}  // namespace mcplumb
