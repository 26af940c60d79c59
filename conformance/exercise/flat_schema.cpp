// Schemas taken apart: references, allOf, alternatives.
#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "conformance/exercise/values.hpp"
#include "conformance/schema/pointer.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr int kDepthMax = 10;
constexpr std::size_t kAlternativesMax = 6;

// Both hold. What the two say of one thing is joined where that is easy to say, else the first stands: the schema
// itself decides in the end.
json both(json one, const json& other) {
  if (!other.is_object()) return one;
  for (const auto& [key, value] : other.items()) {
    const auto found = one.find(key);
    if (found == one.end()) {
      one[key] = value;
    } else if (key == "properties" && found->is_object() && value.is_object()) {
      for (const auto& [name, schema] : value.items())
        (*found)[name] = found->contains(name) ? json{{"allOf", {(*found)[name], schema}}} : schema;
    } else if (key == "required" && found->is_array() && value.is_array()) {
      for (const json& name : value)
        if (std::find(found->begin(), found->end(), name) == found->end()) found->push_back(name);
    } else if ((key.starts_with("max") || key.ends_with("Maximum")) && value.is_number() && found->is_number()) {
      *found = std::min(*found, value);
    } else if ((key.starts_with("min") || key.ends_with("Minimum")) && value.is_number() && found->is_number()) {
      *found = std::max(*found, value);
    }
  }
  return one;
}

}  // namespace

const json* ValueMaker::target_of(const std::string& reference) const {
  if (!reference.starts_with('#')) return nullptr;
  const auto steps = schema::pointer_steps(schema::percent_decoded(std::string_view(reference).substr(1)));
  const json* at = &document_;
  for (const std::string& step : steps.value_or(std::vector<std::string>{"?"})) {
    at = member(*at, step);
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::vector<json> ValueMaker::flat(const json& schema, int depth) const {
  if (schema.is_boolean()) return schema.get<bool>() ? std::vector<json>{json::object()} : std::vector<json>{};
  if (!schema.is_object() || depth > kDepthMax) return {};
  std::vector<json> all = {schema};
  const auto with_each = [&](const std::vector<json>& parts) {
    std::vector<json> joined;
    for (const json& base : all)
      for (const json& part : parts)
        if (joined.size() < kAlternativesMax) joined.push_back(both(base, part));
    all = std::move(joined);
  };
  for (json& each : all)
    for (const char* key : {"$ref", "allOf", "anyOf", "oneOf"}) each.erase(key);
  if (const std::string_view reference = string_member(schema, "$ref"); !reference.empty()) {
    const json* target = target_of(std::string(reference));
    if (target == nullptr) return {};
    with_each(flat(*target, depth + 1));
  }
  if (const json* parts = member(schema, "allOf"); parts != nullptr && parts->is_array())
    for (const json& part : *parts) with_each(flat(part, depth + 1));
  for (const char* key : {"anyOf", "oneOf"}) {
    const json* parts = member(schema, key);
    if (parts == nullptr || !parts->is_array()) continue;
    std::vector<json> choices;
    for (const json& part : *parts)
      for (json& each : flat(part, depth + 1)) choices.push_back(std::move(each));
    // "or null" is the least telling.
    std::stable_partition(choices.begin(), choices.end(),
                          [](const json& each) { return string_member(each, "type") != "null"; });
    with_each(choices);
  }
  return all;
}

}  // namespace mcplumb
