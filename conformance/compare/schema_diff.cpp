#include "conformance/compare/schema_diff.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "conformance/compare/schema_normal.hpp"
#include "conformance/compare/values.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;
using Types = std::set<std::string>;

constexpr int kDepth = 24;
constexpr int kSteps = 5000;
constexpr std::size_t kMostDifferences = 200;
constexpr std::size_t kLargest = 512 * 1024;  // of a schema that is looked into

const Types kAllTypes = {"null", "boolean", "number", "string", "array", "object"};

template <std::size_t Size>
bool is_one_of(std::string_view key, const std::array<std::string_view, Size>& words) {
  return std::find(words.begin(), words.end(), key) != words.end();
}

// Keywords that are compared with care below; all others only for equality.
constexpr std::array<std::string_view, 25> kCompared = {"type",          "properties",
                                                        "required",      "additionalProperties",
                                                        "enum",          "const",
                                                        "items",         "anyOf",
                                                        "oneOf",         "allOf",
                                                        "pattern",       "minimum",
                                                        "maximum",       "exclusiveMinimum",
                                                        "minLength",     "maxLength",
                                                        "prefixItems",   "exclusiveMaximum",
                                                        "minItems",      "maxItems",
                                                        "minProperties", "$ref",
                                                        "multipleOf",    "uniqueItems",
                                                        "maxProperties"};

Types types_of(const json& schema) {
  const json* type = member(schema, "type");
  Types types;
  if (type != nullptr && type->is_string()) types.insert(type->get<std::string>());
  if (type != nullptr && type->is_array())
    for (const json& each : *type)
      if (each.is_string()) types.insert(each.get<std::string>());
  return types.empty() ? kAllTypes : types;
}

// What of a list is not in the other; either may be absent.
json only_in(const json* list, const json* other) {
  return list == nullptr ? json::array() : without(*list, other == nullptr ? json::array() : *other);
}

bool covers(const Types& wide, const Types& narrow) {
  return std::all_of(narrow.begin(), narrow.end(), [&](const std::string& type) {
    return wide.count(type) != 0 || (type == "integer" && wide.count("number") != 0);
  });
}

std::string words(const Types& types) {
  if (types == kAllTypes) return "anything";
  std::string text;
  for (const std::string& type : types) text += (text.empty() ? "" : " or ") + type;
  return text;
}

class SchemaDiff {
 public:
  SchemaDiff(const json& before, const json& after, SchemaSide side) : before_(before), after_(after), side_(side) {}

  std::vector<SchemaChange> run() {
    compare(before_, after_, "", 0);
    return std::move(changes_);
  }

 private:
  void add(Effect effect, const std::string& where, std::string what, std::string before = {}, std::string after = {}) {
    if (changes_.size() < kMostDifferences)
      changes_.push_back({effect, where, std::move(what), std::move(before), std::move(after)});
  }
  // Less is accepted than before, or more.
  Effect narrowed() const { return side_ == SchemaSide::taken ? Effect::broken : Effect::safe; }
  Effect widened() const { return side_ == SchemaSide::taken ? Effect::safe : Effect::broken; }

  void compare(const json& old_raw, const json& new_raw, const std::string& where, int depth);
  void compare_types(const json& before, const json& after, const std::string& where);
  void compare_values(const json& before, const json& after, const std::string& where);
  void compare_bounds(const json& before, const json& after, const std::string& where);
  void compare_properties(const json& before, const json& after, const std::string& where, int depth);
  void compare_required(const std::string& name, bool was, bool is, const std::string& where);
  void compare_rest(const json& before, const json& after, const std::string& where, int depth);
  void compare_items(const json& before, const json& after, const std::string& where, int depth);
  void compare_alternatives(const json& before, const json& after, const std::string& where, int depth);
  void add_alternatives(const json* was, const json* is, bool more_is_wider, const std::string& where);
  void compare_texts(const json& before, const json& after, const std::string& where);
  void compare_unknown(const json& before, const json& after, const std::string& where);

  const json &before_, &after_;
  SchemaSide side_;
  std::vector<SchemaChange> changes_;
  std::set<std::string> seen_;  // pairs of references that were followed
  int steps_ = 0;
};

void SchemaDiff::compare(const json& old_raw, const json& new_raw, const std::string& where, int depth) {
  // Equal texts may still refer to different definitions. A definition that holds itself ends at the bounds.
  if (depth > kDepth || ++steps_ > kSteps || (old_raw == new_raw && !mentions_ref(old_raw))) return;
  const std::string refs =
      std::string(string_member(old_raw, "$ref")) + "\n" + std::string(string_member(new_raw, "$ref"));
  if (refs.size() > 1 && !seen_.insert(refs).second) return;
  const json before = normal_schema(old_raw, before_), after = normal_schema(new_raw, after_);
  const bool refused_all = before.is_boolean() && !before.get<bool>(), refuses_all = after == json(false);
  if (refused_all != refuses_all)
    return add(refuses_all ? narrowed() : widened(), where,
               refuses_all ? "is not accepted any more" : "is accepted now");
  if (refuses_all) return;
  compare_types(before, after, where);
  compare_values(before, after, where);
  compare_bounds(before, after, where);
  compare_properties(before, after, where, depth);
  compare_items(before, after, where, depth);
  compare_alternatives(before, after, where, depth);
  compare_texts(before, after, where);
  compare_unknown(before, after, where);
}

void SchemaDiff::compare_types(const json& before, const json& after, const std::string& where) {
  const Types was = types_of(before), is = types_of(after);
  if (was == is) return;
  const bool all_there = covers(is, was), nothing_new = covers(was, is);
  if (all_there && nothing_new) return;
  const Effect effect = all_there ? widened() : nothing_new ? narrowed() : Effect::broken;
  add(effect, where, "has another type", words(was), words(is));
}

void SchemaDiff::compare_values(const json& before, const json& after, const std::string& where) {
  const auto values = [](const json& schema) -> std::optional<json> {
    if (const json* value = member(schema, "const")) return json::array({*value});
    const json* list = member(schema, "enum");
    return list != nullptr && list->is_array() ? std::optional(*list) : std::nullopt;
  };
  const std::optional<json> was = values(before), is = values(after);
  if (was == is) return;
  if (!was) return add(narrowed(), where, "takes only certain values now", "any", shown_value(&*is));
  if (!is) return add(widened(), where, "takes any value now", shown_value(&*was), "any");
  json gone = json::array(), fresh = json::array();
  for (const json& value : *was)
    if (std::find(is->begin(), is->end(), value) == is->end()) gone.push_back(value);
  for (const json& value : *is)
    if (std::find(was->begin(), was->end(), value) == was->end()) fresh.push_back(value);
  if (!gone.empty())
    add(narrowed(), where, "lost the values " + shown_value(&gone), shown_value(&*was), shown_value(&*is));
  if (!fresh.empty())
    add(widened(), where, "has the new values " + shown_value(&fresh), shown_value(&*was), shown_value(&*is));
}

void SchemaDiff::compare_bounds(const json& before, const json& after, const std::string& where) {
  static constexpr std::array<std::string_view, 5> kLower = {"minimum", "exclusiveMinimum", "minLength", "minItems",
                                                             "minProperties"};
  static constexpr std::array<std::string_view, 5> kUpper = {"maximum", "exclusiveMaximum", "maxLength", "maxItems",
                                                             "maxProperties"};
  const auto look = [&](std::string_view key, bool lower) {
    const json *was = member(before, key), *is = member(after, key);
    if (same_value(was, is)) return;
    bool tighter = was == nullptr;
    if (was != nullptr && is != nullptr && was->is_number() && is->is_number())
      tighter = lower ? is->get<double>() > was->get<double>() : is->get<double>() < was->get<double>();
    add(tighter ? narrowed() : widened(), where, "has another " + std::string(key), shown_value(was), shown_value(is));
  };
  for (const std::string_view key : kLower) look(key, true);
  for (const std::string_view key : kUpper) look(key, false);
  for (const std::string_view key : {"pattern", "multipleOf", "uniqueItems"}) {
    const json *was = member(before, key), *is = member(after, key);
    if (same_value(was, is)) continue;
    const bool loosened = is == nullptr || *is == json(false);
    add(loosened ? widened() : narrowed(), where, "has another " + std::string(key), shown_value(was), shown_value(is));
  }
}

void SchemaDiff::compare_required(const std::string& name, bool was, bool is, const std::string& where) {
  if (was == is) return;
  if (side_ == SchemaSide::taken)
    return add(is ? Effect::broken : Effect::safe, where + name, is ? "is required now" : "is optional now");
  add(is ? Effect::safe : Effect::broken, where + name, is ? "is always there now" : "may be missing now");
}

void SchemaDiff::compare_properties(const json& before, const json& after, const std::string& where, int depth) {
  static const json kNone = json::object();
  const auto properties = [](const json& schema) -> const json& {
    const json* found = member(schema, "properties");
    return found != nullptr && found->is_object() ? *found : kNone;
  };
  const auto requires_it = [](const json& schema, const std::string& name) {
    const json* list = member(schema, "required");
    return list != nullptr && list->is_array() && std::find(list->begin(), list->end(), name) != list->end();
  };
  const json &was = properties(before), &is = properties(after);
  const std::string prefix = where.empty() ? "" : where + ".";
  for (const auto& [name, schema] : was.items()) {
    if (!is.contains(name)) {
      add(Effect::broken, prefix + name, "is gone");
      continue;
    }
    compare(schema, is.at(name), prefix + name, depth + 1);
    compare_required(name, requires_it(before, name), requires_it(after, name), prefix);
  }
  for (const auto& [name, schema] : is.items()) {
    if (was.contains(name)) continue;
    const bool needed = side_ == SchemaSide::taken && requires_it(after, name);
    add(needed ? Effect::broken : Effect::safe, prefix + name, needed ? "is new and required" : "is new");
  }
  // A member may be required that no property describes.
  std::set<std::string> undescribed;
  for (const json* schema : {&before, &after})
    if (const json* list = member(*schema, "required"); list != nullptr && list->is_array())
      for (const json& name : *list)
        if (name.is_string() && !was.contains(name) && !is.contains(name)) undescribed.insert(name);
  for (const std::string& name : undescribed)
    compare_required(name, requires_it(before, name), requires_it(after, name), prefix);
  compare_rest(before, after, where, depth);
}

// Absent means: anything may be added.
void SchemaDiff::compare_rest(const json& before, const json& after, const std::string& where, int depth) {
  static const json kOpen = true;
  const json *was = member(before, "additionalProperties"), *is = member(after, "additionalProperties");
  const json &old_rest = was == nullptr ? kOpen : *was, &new_rest = is == nullptr ? kOpen : *is;
  if (old_rest == new_rest) return;
  const bool was_open = old_rest != json(false), is_open = new_rest != json(false);
  if (was_open != is_open) {
    // A server may say at last what it always gave; only for arguments a closed door can hurt.
    const bool hurts = side_ == SchemaSide::taken && !is_open;
    return add(hurts ? Effect::broken : Effect::safe, where,
               is_open ? "takes members that are not named" : "takes only the members that are named");
  }
  if (old_rest.is_object() || new_rest.is_object())
    compare(old_rest, new_rest, where.empty() ? "*" : where + ".*", depth + 1);
}

void SchemaDiff::compare_items(const json& before, const json& after, const std::string& where, int depth) {
  static const json kAny = true;
  const json *was = member(before, "items"), *is = member(after, "items");
  if (!same_value(was, is) || (was != nullptr && mentions_ref(*was)))
    compare(was == nullptr ? kAny : *was, is == nullptr ? kAny : *is, where + "[]", depth + 1);
  const json *old_first = member(before, "prefixItems"), *new_first = member(after, "prefixItems");
  if (!same_value(old_first, new_first))
    add(Effect::changed, where, "has other leading items", shown_value(old_first), shown_value(new_first));
}

// Alternatives have no names: equal ones are taken for the same, the rest is paired by place if as many went as came.
void SchemaDiff::compare_alternatives(const json& before, const json& after, const std::string& where, int depth) {
  for (const std::string_view key : {"anyOf", "oneOf", "allOf"}) {
    const json *was = member(before, key), *is = member(after, key);
    if (same_value(was, is)) continue;
    const json gone = only_in(was, is), fresh = only_in(is, was);
    if (was != nullptr && is != nullptr && gone.size() == fresh.size())
      for (std::size_t i = 0; i < gone.size(); ++i) compare(gone[i], fresh[i], where, depth + 1);
    else
      add_alternatives(was, is, key != "allOf", where);
  }
}

// `more_is_wider`: with another alternative more values fit.
void SchemaDiff::add_alternatives(const json* was, const json* is, bool more_is_wider, const std::string& where) {
  const bool some_gone = !only_in(was, is).empty(), some_new = !only_in(is, was).empty();
  bool lost = false, wider = false, both = false;
  if (is == nullptr) {
    lost = !more_is_wider;
    wider = true;
  } else if (was != nullptr) {
    lost = some_gone;
    wider = more_is_wider ? !some_gone : !some_new;
    both = some_gone && some_new;
  }
  const Effect effect = both ? Effect::broken : wider ? widened() : narrowed();
  add(effect, where, lost ? "lost alternatives" : "has other alternatives", shown_value(was), shown_value(is));
}

void SchemaDiff::compare_texts(const json& before, const json& after, const std::string& where) {
  for (const std::string_view key : wording_keywords()) {
    const json *was = member(before, key), *is = member(after, key);
    if (!same_value(was, is))
      add(Effect::wording, where, "has another " + std::string(key), shown_value(was), shown_value(is));
  }
}

void SchemaDiff::compare_unknown(const json& before, const json& after, const std::string& where) {
  std::set<std::string> keys;
  for (const json* schema : {&before, &after})
    if (schema->is_object())
      for (const auto& [key, value] : schema->items()) keys.insert(key);
  for (const std::string& key : keys) {
    if (is_one_of(key, kCompared) || is_wording_keyword(key) || is_definition_keyword(key)) continue;
    const json *was = member(before, key), *is = member(after, key);
    if (!same_value(was, is))
      add(Effect::changed, where, "has another " + shortened(key, 40), shown_value(was), shown_value(is));
  }
}

}  // namespace

std::vector<SchemaChange> compare_schemas(const json& before, const json& after, SchemaSide side) {
  if (before == after) return {};
  if (std::max(serialize(before).size(), serialize(after).size()) > kLargest)
    return {{Effect::changed, "", "differs, and is too large to be looked into", "", ""}};
  return SchemaDiff(before, after, side).run();
}

}  // namespace mcplumb
