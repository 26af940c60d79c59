#include "cli/server/scenario_client.hpp"
#include "client/jsonrpc/message.hpp"

namespace mcplumb::cli {
namespace {

using nlohmann::json;

json value_for(const json& property) {
  if (const json* preset = member(property, "default")) return *preset;
  if (const json* constant = member(property, "const")) return *constant;
  if (const json* values = member(property, "enum"); values != nullptr && values->is_array() && !values->empty())
    return values->front();
  for (const char* choice : {"oneOf", "anyOf"})
    if (const json* ways = member(property, choice); ways != nullptr && ways->is_array() && !ways->empty())
      return value_for(ways->front());
  const std::string_view type = string_member(property, "type");
  if (type == "boolean") return true;
  if (type == "integer" || type == "number") {
    const json* least = member(property, "minimum");
    return least != nullptr ? *least : json(1);
  }
  if (type == "array") return json::array();
  if (type == "object") return filled_form(property);
  return "text";
}

}  // namespace

json filled_form(const json& schema) {
  json form = json::object();
  if (const json* properties = member(schema, "properties"); properties != nullptr && properties->is_object())
    for (const auto& [name, property] : properties->items()) form[name] = value_for(property);
  return form;
}

}  // namespace mcplumb::cli
