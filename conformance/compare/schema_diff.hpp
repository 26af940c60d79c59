// Two versions of a JSON Schema, compared by what they accept. Knows nothing of MCP.
//
// Looked at: type, properties, required, additionalProperties, enum, const, bounds, pattern, items, prefixItems, anyOf,
// oneOf, allOf, local $ref. A keyword that is not among them and differs is a change of unknown meaning.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "conformance/compare/change.hpp"

namespace mcplumb {

// Who writes the values: arguments are written by the client, so accepting less breaks; results are written by the
// server, so promising less breaks.
enum class SchemaSide { taken, given };

struct SchemaChange {
  Effect effect = Effect::changed;
  std::string where;  // "lang", "filter.tags[]"; empty for the whole
  std::string what;   // half a sentence: "is now required"
  std::string before, after;
};

std::vector<SchemaChange> compare_schemas(const nlohmann::json& before, const nlohmann::json& after, SchemaSide side);

}  // namespace mcplumb
