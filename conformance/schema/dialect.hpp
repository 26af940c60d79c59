// What the drafts differ in: where subschemas stand, and which keywords a dialect has.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/schema/schema.hpp"

namespace mcplumb::schema {

// How a keyword holds subschemas.
enum class Holds { nothing, schema, schema_or_list, list, map };
Holds holds(std::string_view keyword, Draft draft);

// The groups of keywords that a metaschema's $vocabulary can leave out.
struct Dialect {
  Draft draft = Draft::draft2020_12;
  bool applicator = true, validation = true, unevaluated = true;
  bool operator==(const Dialect&) const = default;
};

std::optional<Draft> draft_of_metaschema(std::string_view uri);  // the known ones, with or without a trailing '#'
std::string metaschema_uri(Draft draft);
Dialect dialect_from(const nlohmann::json& vocabulary, Draft draft);  // of a metaschema's $vocabulary

// A metaschema or one of its parts; null if the URI is none of theirs. Lives as long as the program.
const nlohmann::json* known_document(std::string_view uri);

}  // namespace mcplumb::schema
