#include "conformance/schema/dialect.hpp"

#include <array>

namespace mcplumb::schema {
namespace {

struct Position {
  std::string_view keyword;
  Holds holds;
  Draft first, last;
};
constexpr Draft k6 = Draft::draft6, k7 = Draft::draft7, k19 = Draft::draft2019_09, k20 = Draft::draft2020_12;
constexpr std::array<Position, 23> kPositions = {{
    {"additionalItems", Holds::schema, k6, k19},
    {"additionalProperties", Holds::schema, k6, k20},
    {"allOf", Holds::list, k6, k20},
    {"anyOf", Holds::list, k6, k20},
    {"oneOf", Holds::list, k6, k20},
    {"contains", Holds::schema, k6, k20},
    {"contentSchema", Holds::schema, k19, k20},
    {"definitions", Holds::map, k6, k20},
    {"$defs", Holds::map, k19, k20},
    {"dependencies", Holds::map, k6, k20},
    {"dependentSchemas", Holds::map, k19, k20},
    {"if", Holds::schema, k7, k20},
    {"then", Holds::schema, k7, k20},
    {"else", Holds::schema, k7, k20},
    {"items", Holds::schema_or_list, k6, k19},
    {"items", Holds::schema, k20, k20},
    {"prefixItems", Holds::list, k20, k20},
    {"not", Holds::schema, k6, k20},
    {"patternProperties", Holds::map, k6, k20},
    {"properties", Holds::map, k6, k20},
    {"propertyNames", Holds::schema, k6, k20},
    {"unevaluatedItems", Holds::schema, k19, k20},
    {"unevaluatedProperties", Holds::schema, k19, k20},
}};

struct Named {
  Draft draft;
  std::string_view name, uri;
};
constexpr std::array<Named, 4> kDrafts = {{{k6, "draft-06", "http://json-schema.org/draft-06/schema"},
                                           {k7, "draft-07", "http://json-schema.org/draft-07/schema"},
                                           {k19, "2019-09", "https://json-schema.org/draft/2019-09/schema"},
                                           {k20, "2020-12", "https://json-schema.org/draft/2020-12/schema"}}};

}  // namespace

std::string_view to_string(Draft draft) { return kDrafts[static_cast<std::size_t>(draft)].name; }

Holds holds(std::string_view keyword, Draft draft) {
  for (const Position& position : kPositions)
    if (position.keyword == keyword && position.first <= draft && draft <= position.last) return position.holds;
  return Holds::nothing;
}

std::optional<Draft> draft_of_metaschema(std::string_view uri) {
  if (uri.ends_with('#')) uri.remove_suffix(1);
  for (const Named& known : kDrafts) {
    const std::string_view path = known.uri.substr(known.uri.find(':'));
    if (uri.ends_with(path) && (uri.size() == path.size() + 4 || uri.size() == path.size() + 5) &&
        uri.starts_with("http"))
      return known.draft;  // http and https are both in use
  }
  return std::nullopt;
}

std::string metaschema_uri(Draft draft) { return std::string(kDrafts[static_cast<std::size_t>(draft)].uri); }

Dialect dialect_from(const nlohmann::json& vocabulary, Draft draft) {
  Dialect dialect{draft};
  if (!vocabulary.is_object() || draft < Draft::draft2019_09) return dialect;
  const auto has = [&](const std::string& name) {
    const std::string stem = draft == Draft::draft2019_09 ? "2019-09" : "2020-12";
    return vocabulary.contains("https://json-schema.org/draft/" + stem + "/vocab/" + name);
  };
  dialect.applicator = has("applicator");
  dialect.validation = has("validation");
  dialect.unevaluated = draft == Draft::draft2019_09 ? dialect.applicator : has("unevaluated");
  return dialect;
}

}  // namespace mcplumb::schema
