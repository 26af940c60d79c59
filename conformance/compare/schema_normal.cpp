#include "conformance/compare/schema_normal.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr int kHops = 16;
constexpr int kDeepest = 64;

constexpr std::array<std::string_view, 11> kWording = {"title",      "description",      "default",        "examples",
                                                       "$comment",   "format",           "readOnly",       "writeOnly",
                                                       "deprecated", "contentMediaType", "contentEncoding"};

bool is_in(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

const json* pointed(const json& root, const std::string& pointer) {
  const json* at = &root;
  std::size_t from = 1;
  while (at != nullptr && from < pointer.size()) {
    const std::size_t end = std::min(pointer.find('/', from + 1), pointer.size());
    std::string token = pointer.substr(from + 1, end - from - 1);
    for (const auto& [escape, plain] : {std::pair{"~1", "/"}, std::pair{"~0", "~"}})
      for (std::size_t found; (found = token.find(escape)) != std::string::npos;) token.replace(found, 2, plain);
    at = member(*at, token);
    from = end;
  }
  return at;
}

json resolved(const json& schema, const json& root) {
  json current = schema;
  for (int hop = 0; hop < kHops; ++hop) {
    const json* ref = member(current, "$ref");
    if (ref == nullptr || !ref->is_string() || !ref->get_ref<const std::string&>().starts_with("#/")) break;
    const json* target = pointed(root, ref->get<std::string>());
    if (target == nullptr || !target->is_object()) break;
    json merged = *target;
    for (const auto& [key, value] : current.items())
      if (key != "$ref") merged[key] = value;  // siblings of $ref count since draft 2019-09
    current = std::move(merged);
  }
  return current;
}

// {type: x} with nothing but words beside it.
bool is_simple(const json& schema) {
  if (!schema.is_object() || !schema.contains("type")) return false;
  for (const auto& [key, value] : schema.items())
    if (key != "type" && !is_wording_keyword(key)) return false;
  return true;
}

void add_types(std::set<std::string>& types, const json& schema) {
  const json* type = member(schema, "type");
  if (type == nullptr) return;
  for (const json& each : type->is_array() ? *type : json::array({*type}))
    if (each.is_string()) types.insert(each.get<std::string>());
}

// All alternatives but at most one are plain types: one schema with a list of types says the same.
void fold_alternatives(json& schema, const json& root) {
  for (const char* key : {"anyOf", "oneOf"}) {
    const json* list = member(schema, key);
    if (list == nullptr || !list->is_array() || list->empty() || schema.contains("type")) continue;
    json special;
    std::set<std::string> types;
    std::size_t specials = 0;
    for (const json& raw : *list) {
      const json each = resolved(raw, root);
      if (!is_simple(each)) {
        special = each;
        ++specials;
      }
      add_types(types, each);
    }
    if (specials > 1 || (specials == 1 && (!special.is_object() || !special.contains("type")))) continue;
    json folded = specials == 1 ? special : json::object();
    for (const auto& [name, value] : schema.items())
      if (name != key) folded[name] = value;
    folded["type"] = types;
    schema = std::move(folded);
    return;
  }
}

bool mentions_ref(const json& schema, int depth) {
  if (!schema.is_structured() || depth > kDeepest) return false;
  if (schema.is_object() && schema.contains("$ref")) return true;
  return std::any_of(schema.begin(), schema.end(), [&](const json& each) { return mentions_ref(each, depth + 1); });
}

}  // namespace

json normal_schema(const json& schema, const json& root) {
  json result = resolved(schema, root);
  if (!result.is_object()) return result.is_boolean() ? result : json::object();
  fold_alternatives(result, root);
  return result;
}

bool mentions_ref(const json& schema) { return mentions_ref(schema, 0); }

json without(const json& list, const json& other) {
  json left = json::array();
  if (!list.is_array()) return left;
  for (const json& each : list)
    if (!other.is_array() || std::find(other.begin(), other.end(), each) == other.end()) left.push_back(each);
  return left;
}

std::span<const std::string_view> wording_keywords() { return kWording; }
bool is_wording_keyword(std::string_view keyword) { return is_in(keyword, kWording); }
bool is_definition_keyword(std::string_view keyword) {
  static constexpr std::array<std::string_view, 5> kWords = {"$defs", "definitions", "$schema", "$id", "$anchor"};
  return is_in(keyword, kWords);
}

}  // namespace mcplumb
