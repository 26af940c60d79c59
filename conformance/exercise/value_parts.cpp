#include "conformance/exercise/value_parts.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "client/jsonrpc/message.hpp"
#include "client/text/utf8.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kTypes = 7;  // that there are

std::size_t character(std::string_view text) { return std::max<std::size_t>(utf8_length(text), 1); }

}  // namespace

std::optional<double> number_at(const json& schema, const char* key) {
  const json* value = member(schema, key);
  return value != nullptr && value->is_number() ? std::optional(value->get<double>()) : std::nullopt;
}

std::optional<std::size_t> count_at(const json& schema, const char* key) {
  const std::optional<double> value = number_at(schema, key);
  return value && *value >= 0 && *value < 1e9 ? std::optional(static_cast<std::size_t>(*value)) : std::nullopt;
}

std::vector<std::string> types_of(const json& schema) {
  const json* type = member(schema, "type");
  if (type != nullptr && type->is_string()) return {type->get<std::string>()};
  std::vector<std::string> all;
  if (type != nullptr && type->is_array())
    for (const json& each : *type)
      if (each.is_string() && all.size() < kTypes) all.push_back(each.get<std::string>());
  std::stable_partition(all.begin(), all.end(), [](const std::string& each) { return each != "null"; });
  if (!all.empty()) return all;
  for (const char* key : {"properties", "required", "additionalProperties", "minProperties"})
    if (schema.contains(key)) return {"object"};
  for (const char* key : {"items", "prefixItems", "minItems", "maxItems"})
    if (schema.contains(key)) return {"array"};
  for (const char* key : {"minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"})
    if (schema.contains(key)) return {"number"};
  return {"string"};
}

std::string sized(const std::string& text, std::size_t least, std::size_t most) {
  std::size_t length = 0, end = 0;
  std::string made = text.empty() && least > 0 ? "x" : text;
  const std::string unit = made;
  for (std::string_view rest = made; !rest.empty(); ++length) rest.remove_prefix(character(rest));
  for (const std::size_t each = std::max<std::size_t>(length, 1); length < least; length += each) made += unit;
  for (std::size_t i = 0; i < most && end < made.size(); ++i) end += character(std::string_view(made).substr(end));
  made.resize(std::min(end, made.size()));
  return made;
}

std::size_t memory_of(const json& value, std::size_t enough) {
  constexpr std::size_t kOfAny = 24, kOfText = 48, kOfMember = 96;
  std::size_t sum = kOfAny;
  if (value.is_string()) return sum + kOfText + value.get_ref<const std::string&>().size();
  if (!value.is_structured()) return sum;
  for (auto each = value.begin(); each != value.end() && sum < enough; ++each) {
    if (value.is_object()) sum += kOfMember + each.key().size();
    if (sum < enough) sum += memory_of(*each, enough - sum);
  }
  return sum;
}

std::string placed(const std::string& name, const std::string& what) {
  return name + (what.find(": ") == std::string::npos ? ": " : ".") + what;
}

}  // namespace mcplumb
