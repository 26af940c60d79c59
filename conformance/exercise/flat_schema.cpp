// Schemas taken apart: references, allOf, alternatives.
#include <algorithm>
#include <iterator>

#include "client/jsonrpc/message.hpp"
#include "conformance/exercise/value_parts.hpp"
#include "conformance/exercise/values.hpp"
#include "conformance/schema/pointer.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr int kDepthMax = 10;
constexpr std::size_t kAlternativesMax = 6, kChoicesMax = 4 * kAlternativesMax;
constexpr std::size_t kOfOneSchema = 256;  // bytes that looking at one is worth

constexpr std::string_view kCombiners[] = {"$ref", "allOf", "anyOf", "oneOf"};

// One property under two schemas, or more of them.
void hold_both(json& one, json other) {
  if (one.is_null())
    one = std::move(other);
  else if (json* parts = one.size() == 1 && one.contains("allOf") ? &one["allOf"] : nullptr; parts && parts->is_array())
    parts->push_back(std::move(other));
  else
    one = json{{"allOf", json::array({std::move(one), std::move(other)})}};
}

// Both hold. What the two say of one thing is joined where that is easy to say, else the first stands: the schema
// itself decides in the end.
json both(json one, json other) {
  if (!other.is_object()) return one;
  for (auto each = other.begin(); each != other.end(); ++each) {
    const std::string& key = each.key();
    json& value = *each;
    const auto found = one.find(key);
    if (found == one.end()) {
      one[key] = std::move(value);
    } else if (key == "properties" && found->is_object() && value.is_object()) {
      for (auto property = value.begin(); property != value.end(); ++property)
        hold_both((*found)[property.key()], std::move(*property));
    } else if (key == "required" && found->is_array() && value.is_array()) {
      for (json& name : value) found->push_back(std::move(name));
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

// What is defined within it is found in the document.
json ValueMaker::without_combiners(const json& schema) {
  json rest = json::object();
  for (const auto& [key, value] : schema.items()) {
    if (std::find(std::begin(kCombiners), std::end(kCombiners), key) != std::end(kCombiners)) continue;
    if (key == "$defs" || key == "definitions") continue;
    if (!may_copy(memory_of(value, kTakenApartMax))) return nullptr;
    rest[key] = value;
  }
  return rest;
}

std::vector<json> ValueMaker::flat(const json& schema, int depth) {
  if (!may_copy(kOfOneSchema)) return {};
  if (schema.is_boolean()) return schema.get<bool>() ? std::vector<json>{json::object()} : std::vector<json>{};
  if (!schema.is_object() || depth > kDepthMax) return {};
  std::vector<json> all;
  if (all.emplace_back(without_combiners(schema)).is_null()) return {};
  const auto with_each = [&](std::vector<json> parts) {
    std::vector<json> joined;
    for (json& base : all)
      for (std::size_t i = 0; i < parts.size() && joined.size() < kAlternativesMax; ++i) {
        const bool is_last = i + 1 == parts.size() || joined.size() + 1 == kAlternativesMax, is_only = all.size() == 1;
        if (!is_last && !may_copy(memory_of(base, kTakenApartMax))) break;
        if (!is_only && !may_copy(memory_of(parts[i], kTakenApartMax))) break;
        joined.push_back(both(is_last ? std::move(base) : base, is_only ? std::move(parts[i]) : parts[i]));
      }
    all = std::move(joined);
  };
  if (const std::string_view reference = string_member(schema, "$ref"); !reference.empty()) {
    const json* target = target_of(std::string(reference));
    if (target == nullptr) return {};
    with_each(flat(*target, depth + 1));
  }
  if (const json* parts = member(schema, "allOf"); parts != nullptr && parts->is_array())
    for (const json& part : *parts) {
      if (all.empty()) break;
      with_each(flat(part, depth + 1));
    }
  for (const char* key : {"anyOf", "oneOf"}) {
    const json* parts = member(schema, key);
    if (parts == nullptr || !parts->is_array()) continue;
    std::vector<json> choices;
    for (const json& part : *parts) {
      if (choices.size() >= kChoicesMax) break;
      for (json& each : flat(part, depth + 1)) choices.push_back(std::move(each));
    }
    // "or null" is the least telling.
    std::stable_partition(choices.begin(), choices.end(),
                          [](const json& each) { return string_member(each, "type") != "null"; });
    with_each(std::move(choices));
  }
  return all;
}

}  // namespace mcplumb
