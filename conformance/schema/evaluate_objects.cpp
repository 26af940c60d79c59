// Keywords for objects: core 2020-12, sections 10.3.2 and 11.3; validation, section 6.5.
#include <algorithm>
#include <unordered_set>

#include "client/jsonrpc/message.hpp"
#include "conformance/schema/evaluator.hpp"
#include "conformance/schema/number.hpp"

namespace mcplumb::schema {
namespace {

std::string named(std::string_view key) { return "\"" + shortened(key, 60) + "\""; }

std::string count_of(const nlohmann::json& count) { return count.dump() + (count == 1 ? " property" : " properties"); }

}  // namespace

void Evaluator::properties(Frame& frame, const json& value) {
  if (!frame.instance.is_object() || !value.is_object()) return;
  for (const auto& [key, schema] : value.items()) {
    const auto found = frame.instance.find(key);
    if (found == frame.instance.end()) continue;
    const Path at{frame.at, &found.key(), 0};
    if (!evaluate(schema, *found, &at, nullptr)) frame.ok = false;
    if (!frame.ok && sink_ == nullptr) return;
    if (frame.seen != nullptr) frame.seen->properties.push_back(&found.key());
  }
}

void Evaluator::pattern_properties(Frame& frame, const json& value) {
  if (!frame.instance.is_object() || !value.is_object()) return;
  for (const auto& [expression, schema] : value.items())
    for (auto element = frame.instance.begin(); element != frame.instance.end(); ++element) {
      const auto found = matches(expression, element.key());
      if (!found) return;
      if (!*found) continue;
      const Path at{frame.at, &element.key(), 0};
      if (!evaluate(schema, *element, &at, nullptr)) frame.ok = false;
      if (frame.seen != nullptr) frame.seen->properties.push_back(&element.key());
    }
}

void Evaluator::rest_of_properties(Frame& frame, const char* keyword, const json& schema,
                                   const std::vector<const std::string*>& rest) {
  if (schema == json(false) && !rest.empty()) {
    std::string names;
    for (const std::string* key : rest) names += (names.empty() ? "" : ", ") + named(*key);
    return problem(frame, keyword,
                   "must not have the propert" + std::string(rest.size() == 1 ? "y " : "ies ") + shortened(names, 200));
  }
  for (const std::string* key : rest) {
    const Path at{frame.at, key, 0};
    if (!evaluate(schema, frame.instance[*key], &at, nullptr)) frame.ok = false;
    if (!frame.ok && sink_ == nullptr) return;
  }
  if (frame.seen != nullptr) frame.seen->all_properties = true;
}

void Evaluator::additional_properties(Frame& frame, const json& value) {
  if (!frame.instance.is_object()) return;
  const auto known = frame.schema.find("properties");
  const auto patterns = frame.schema.find("patternProperties");
  std::vector<const std::string*> rest;
  for (auto element = frame.instance.begin(); element != frame.instance.end(); ++element) {
    if (!spend(1)) return;
    bool covered = known != frame.schema.end() && known->is_object() && known->contains(element.key());
    if (!covered && patterns != frame.schema.end() && patterns->is_object())
      for (auto pattern = patterns->begin(); pattern != patterns->end() && !covered; ++pattern) {
        const auto found = matches(pattern.key(), element.key());
        if (!found) return;
        covered = *found;
      }
    if (!covered) rest.push_back(&element.key());
  }
  rest_of_properties(frame, "additionalProperties", value, rest);
}

void Evaluator::unevaluated_properties(Frame& frame, const json& value) {
  if (!frame.instance.is_object() || frame.seen->all_properties) return;
  const std::unordered_set<const std::string*> done(frame.seen->properties.begin(), frame.seen->properties.end());
  std::vector<const std::string*> rest;
  for (auto element = frame.instance.begin(); element != frame.instance.end(); ++element)
    if (done.count(&element.key()) == 0) rest.push_back(&element.key());
  if (spend(done.size() + rest.size())) rest_of_properties(frame, "unevaluatedProperties", value, rest);
}

void Evaluator::property_names(Frame& frame, const json& value) {
  if (!frame.instance.is_object()) return;
  for (auto element = frame.instance.begin(); element != frame.instance.end(); ++element) {
    const Path at{frame.at, &element.key(), 0};
    std::vector<Problem> why;
    if (fits(value, json(element.key()), &at, nullptr, sink_ != nullptr ? &why : nullptr)) continue;
    problem(frame, "propertyNames",
            "has the property name " + named(element.key()) + ", which does not fit" +
                (why.empty() ? "" : ": it " + why[0].what));
    if (sink_ == nullptr) return;
  }
}

void Evaluator::required(Frame& frame, const json& value) {
  if (!frame.instance.is_object() || !value.is_array() || !spend(value.size() / 16)) return;
  for (const json& key : value)
    if (key.is_string() && !frame.instance.contains(key.get_ref<const std::string&>()))
      problem(frame, "required", "must have the property " + named(key.get_ref<const std::string&>()));
}

void Evaluator::max_properties(Frame& frame, const json& value) {
  if (!frame.instance.is_object() || !value.is_number()) return;
  if (compare_numbers(json(frame.instance.size()), value) > 0)
    problem(frame, "maxProperties",
            "must have at most " + count_of(value) + ", but has " + std::to_string(frame.instance.size()));
}

void Evaluator::min_properties(Frame& frame, const json& value) {
  if (!frame.instance.is_object() || !value.is_number()) return;
  if (compare_numbers(json(frame.instance.size()), value) < 0)
    problem(frame, "minProperties",
            "must have at least " + count_of(value) + ", but has " + std::to_string(frame.instance.size()));
}

void Evaluator::dependent_required(Frame& frame, const json& value) {
  if (!frame.instance.is_object() || !value.is_object()) return;
  for (const auto& [key, needs] : value.items()) {
    if (!needs.is_array() || !frame.instance.contains(key)) continue;
    for (const json& need : needs)
      if (need.is_string() && !frame.instance.contains(need.get_ref<const std::string&>()))
        problem(
            frame, "dependentRequired",
            "must have the property " + named(need.get_ref<const std::string&>()) + ", because it has " + named(key));
  }
}

void Evaluator::dependent_schemas(Frame& frame, const json& value) {
  if (!frame.instance.is_object() || !value.is_object()) return;
  for (const auto& [key, schema] : value.items())
    if (frame.instance.contains(key)) in_place(frame, schema);
}

// Up to draft-07; a list of names or a schema for each property.
void Evaluator::dependencies(Frame& frame, const json& value) {
  if (!frame.instance.is_object() || !value.is_object()) return;
  for (const auto& [key, needs] : value.items()) {
    if (!frame.instance.contains(key)) continue;
    if (!needs.is_array()) {
      in_place(frame, needs);
      continue;
    }
    for (const json& need : needs)
      if (need.is_string() && !frame.instance.contains(need.get_ref<const std::string&>()))
        problem(
            frame, "dependencies",
            "must have the property " + named(need.get_ref<const std::string&>()) + ", because it has " + named(key));
  }
}

}  // namespace mcplumb::schema
