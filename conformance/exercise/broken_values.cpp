// Values that break one rule of a schema.
#include <algorithm>
#include <cmath>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "conformance/exercise/value_parts.hpp"
#include "conformance/exercise/values.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

// A value of a type that none of these is, and that nobody converts into one.
json of_another_type(const std::vector<std::string>& types) {
  const auto is = [&](const char* type) { return std::find(types.begin(), types.end(), type) != types.end(); };
  if (!is("object")) return json{{"mcplumb", true}};
  if (!is("array")) return json::array({json::array()});
  return is("integer") || is("number") ? json("text") : json(5);
}

// Once each.
std::set<std::string_view> required_names(const json& schema) {
  std::set<std::string_view> names;
  if (const json& required = part_at(schema, {"required"}); required.is_array())
    for (const json& each : required)
      if (each.is_string()) names.insert(each.get_ref<const std::string&>());
  return names;
}

}  // namespace

ValueMaker::Values ValueMaker::breaking(const json& schema, int depth) {
  Values all;
  if (budget_ == 0 || depth >= kMadeNestingMax) return all;
  --budget_;
  const std::vector<json> alternatives = flat(schema, 0);
  if (alternatives.empty()) return all;
  std::vector<std::string> types;
  for (const json& each : alternatives)
    for (std::string& type : types_of(each)) types.push_back(std::move(type));
  const json& first = alternatives.front();
  const bool typed = first.contains("type") || first.contains("properties");
  if (typed) all.push_back({of_another_type(types), "of another type"});
  if (first.contains("enum")) all.push_back({"mcplumb: none of these", "nothing of the enum"});
  if (first.contains("const")) all.push_back({"mcplumb: something else", "not the constant"});
  if (first.contains("enum") || first.contains("const")) return all;
  const std::string type = types.front();
  if (type == "string") add_plain(all, broken_texts(first));
  if (type == "integer" || type == "number") add_plain(all, broken_numbers(first, type == "integer"));
  const auto add = [&](Values more) { std::move(more.begin(), more.end(), std::back_inserter(all)); };
  if (type == "array") add(broken_arrays(first, depth));
  if (type == "object") add(broken_objects(first, depth));
  if (depth > 0 && std::find(types.begin(), types.end(), "null") == types.end()) all.push_back({nullptr, "null"});
  return all;
}

ValueMaker::Values ValueMaker::broken_texts(const json& schema) const {
  Values all;
  const std::optional<std::size_t> least = count_at(schema, "minLength"), most = count_at(schema, "maxLength");
  if (least && *least > 0 && *least <= kMadeTextMax)
    all.push_back({sized("x", *least - 1, *least - 1), "shorter than minLength"});
  if (most && *most < kLongestTextMade) all.push_back({sized("x", *most + 1, *most + 1), "longer than maxLength"});
  if (schema.contains("pattern"))
    for (const char* text : {"\n", "~ mcplumb ~", ""}) all.push_back({text, "against the pattern"});
  return all;
}

ValueMaker::Values ValueMaker::broken_numbers(const json& schema, bool whole) const {
  Values all;
  const auto add = [&](double value, const char* what) {
    const bool exact = value == std::floor(value) && std::abs(value) < 9e15;
    all.push_back({exact ? json(static_cast<std::int64_t>(value)) : json(value), what});
  };
  if (const auto low = number_at(schema, "minimum")) add(std::ceil(*low) - 1, "below minimum");
  if (const auto high = number_at(schema, "maximum")) add(std::floor(*high) + 1, "above maximum");
  if (const auto low = number_at(schema, "exclusiveMinimum")) add(*low, "at exclusiveMinimum");
  if (const auto high = number_at(schema, "exclusiveMaximum")) add(*high, "at exclusiveMaximum");
  if (const auto step = number_at(schema, "multipleOf"); step && *step != 0) add(*step * 1.5, "no multiple");
  if (whole) add(1.5, "a fraction");
  return all;
}

ValueMaker::Values ValueMaker::broken_arrays(const json& schema, int depth) {
  Values all;
  const Values good = plain_if(true, [&] { return arrays(schema, depth); });
  if (good.empty()) return all;
  const json& plain = good.front().value;
  const std::optional<std::size_t> least = count_at(schema, "minItems"), most = count_at(schema, "maxItems");
  if (least && *least > 0 && !plain.empty()) {
    json list = plain;
    while (list.size() >= *least && !list.empty()) list.erase(list.size() - 1);
    add(all, std::move(list), "fewer elements than minItems");
  }
  const auto may_be_longer = [&] {
    return *most < std::min(kMadeItemsMax * 10, kMadeBytesMax / serialize(plain.back()).size());
  };
  if (most && !plain.empty() && may_be_longer()) {
    json list = plain;
    while (list.size() <= *most) list.push_back(json(list.back()));
    add(all, std::move(list), "more elements than maxItems");
  }
  const json* items = member(schema, "items");
  if (items != nullptr && items->is_object() && !plain.empty())
    for (const MadeValue& each : breaking(*items, depth + 1)) {
      if (cut_) break;
      json list = plain;
      list[0] = each.value;
      add(all, std::move(list), placed("[0]", each.what));
    }
  return all;
}

// Many validators put a default in before they look for what is required.
bool ValueMaker::has_default(const json& schema, const std::string& name) {
  const json& property = part_at(schema, {"properties", name});
  const std::vector<json> alternatives = flat(property, 0);
  return member(property, "default") != nullptr ||
         std::any_of(alternatives.begin(), alternatives.end(),
                     [](const json& each) { return each.contains("default"); });
}

ValueMaker::Values ValueMaker::broken_objects(const json& schema, int depth) {
  Values all;
  const Values good = plain_if(true, [&] { return objects(schema, depth); });
  if (good.empty()) return all;
  const json& plain = good.front().value;
  const std::set<std::string_view> required = required_names(schema);
  for (const std::string_view each : required) {
    const std::string name(each);
    if (cut_ || all.size() >= kMadeOfOneMax) break;
    if (has_default(schema, name)) continue;
    json made = plain;
    made.erase(name);
    add(all, std::move(made), placed(name, "left out, and required"));
  }
  const std::size_t of_all = all.size() + kMadeOfOneMax;
  if (const json* properties = member(schema, "properties"); properties != nullptr && properties->is_object())
    for (const auto& [name, each] : properties->items()) {
      if (cut_ || all.size() > of_all) break;
      const bool may_be_absent = !required.contains(name) || has_default(schema, name);
      for (const MadeValue& broken : breaking(each, depth + 1)) {
        if (broken.value.is_null() && may_be_absent) continue;  // many take it for a member that is left out
        if (cut_) break;
        json made = plain;
        made[name] = broken.value;
        add(all, std::move(made), placed(name, broken.what));
      }
    }
  if (schema.value("additionalProperties", json()) == json(false)) {
    json made = plain;
    made["mcplumb_extra"] = "text";
    add(all, std::move(made), "a member that no property describes");
  }
  return all;
}

}  // namespace mcplumb
