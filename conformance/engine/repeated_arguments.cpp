#include "conformance/engine/repeated_arguments.hpp"

#include "client/jsonrpc/message.hpp"
#include "conformance/engine/questions.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kDeepest = 16;

const json* schema_of(const Trace& trace, const std::string& tool) {
  for (auto received = trace.received.rbegin(); received != trace.received.rend(); ++received) {
    const json& tools = part_at(received->value, {"result", "tools"});
    if (!tools.is_array()) continue;
    for (const json& each : tools)
      if (string_member(each, "name") == tool) return member(each, "inputSchema");
  }
  return nullptr;
}

std::string other_than(const json& value) {
  if (value.is_boolean()) return value.get<bool>() ? "false" : "true";
  if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>() + 1);
  return value.is_string() ? value.get<std::string>() + "-mcplumb" : "mcplumb";
}

void collect(const json& schema, const json::json_pointer& at, const json& arguments, std::size_t depth, json& found) {
  const json* properties = member(schema, "properties");
  if (properties == nullptr || !properties->is_object() || depth > kDeepest) return;
  for (const auto& [name, property] : properties->items()) {
    const json::json_pointer place = at / name;
    if (!arguments.contains(place) || arguments[place].is_null()) continue;
    const std::string_view header = string_member(property, "x-mcp-header"), type = string_member(property, "type");
    if (!header.empty()) {
      json nulled = arguments, accented = arguments;
      nulled[place] = nullptr;
      accented[place] = "mcplumb-\u00e9";
      found.push_back({{"header", "Mcp-Param-" + std::string(header)},
                       {"type", type},
                       {"value", arguments[place]},
                       {"other", other_than(arguments[place])},
                       {"nested", depth > 0},
                       {"nulled", std::move(nulled)},
                       {"accented", std::move(accented)}});
    }
    collect(property, place, arguments, depth + 1, found);
  }
}

}  // namespace

json repeated_arguments(const Trace& trace, const ToolRole& role) {
  json found = json::array();
  if (const json* schema = schema_of(trace, role.tool); schema != nullptr)
    collect(*schema, json::json_pointer(), role.arguments, 0, found);
  return found;
}

}  // namespace mcplumb
