// What is allowed in a schema, and yet trips those who read it.
#include "conformance/schema/schema.hpp"
#include "conformance/schema/store.hpp"

namespace mcplumb::schema {
namespace {

using nlohmann::json;

bool has_any(const json& node, std::initializer_list<const char*> keys) {
  for (const char* key : keys)
    if (node.contains(key)) return true;
  return false;
}

void look_at_array(const json& node, const Place& place, std::vector<Problem>& problems) {
  const auto type = node.find("type");
  if (type == node.end() || *type != "array") return;
  if (!has_any(node, {"items", "prefixItems", "contains", "$ref", "allOf", "anyOf", "oneOf", "const", "enum"}))
    problems.push_back({place.pointer(), "", "is an array without `items`, which some models' APIs refuse"});
}

void look_at_required(const json& node, const Place& place, std::vector<Problem>& problems) {
  const auto required = node.find("required"), properties = node.find("properties");
  if (required == node.end() || !required->is_array() || properties == node.end() || !properties->is_object()) return;
  if (has_any(node, {"patternProperties", "additionalProperties", "allOf", "anyOf", "oneOf", "$ref", "if"})) return;
  for (const json& name : *required)
    if (problems.size() < kProblemsTold && name.is_string() && !properties->contains(name.get<std::string>()))
      problems.push_back(
          {place.pointer(), "", "requires a name that is none of its properties: " + name.get<std::string>()});
}

// zod and its like, serialised as they are: the schema library did not take them for their own.
void look_at_internals(const json& node, const Place& place, std::vector<Problem>& problems) {
  if (has_any(node, {"_def", "_zod", "~standard"}))
    problems.push_back(
        {place.pointer(), "", "holds the internals of a validator (`_def`, `_zod` or `~standard`), no JSON Schema"});
}

void look_at_draft(const json& node, const Place& place, std::vector<Problem>& problems) {
  const auto named = node.find("$schema");
  if (named == node.end() || !named->is_string()) return;
  const std::string uri = named->get<std::string>();
  if (uri.find("json-schema.org/draft-04/") != uri.npos || uri.find("json-schema.org/draft-03/") != uri.npos)
    problems.push_back(
        {place.pointer() + "/$schema", "", "names " + uri + ", which few clients know; it is read as 2020-12 here"});
}

void walk(const Store& store, const json& node, std::vector<Problem>& problems) {
  if (problems.size() >= kProblemsTold) return;
  if (const Place* place = node.is_object() ? store.place(&node) : nullptr)
    for (const auto look : {look_at_array, look_at_required, look_at_internals, look_at_draft})
      look(node, *place, problems);
  if (node.is_structured())
    for (const json& child : node) walk(store, child, problems);
}

}  // namespace

std::vector<Problem> oddities(const json& document) {
  std::vector<Problem> problems;
  walk(Store(document, Options{}), document, problems);
  return problems;
}

}  // namespace mcplumb::schema
