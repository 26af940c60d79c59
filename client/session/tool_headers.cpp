#include "client/session/tool_headers.hpp"

#include <cmath>
#include <optional>

#include "client/jsonrpc/message.hpp"
#include "client/session/era.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kDepth = 16, kHeadersOfOneTool = 64, kToolsMax = 10'000;
constexpr double kLargestInteger = 9007199254740991;

bool is_token(std::string_view text) {
  constexpr std::string_view kToken = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return !text.empty() && text.find_first_not_of(kToken) == std::string_view::npos;
}

// Strings, integers and booleans can be repeated in a header, nothing else.
std::optional<std::string> text_of(const json& value) {
  if (value.is_string()) return header_value(value.get_ref<const std::string&>());
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number_integer()) return serialize(value);
  if (!value.is_number_float()) return std::nullopt;
  const double number = value.get<double>();
  if (std::trunc(number) != number || std::abs(number) > kLargestInteger) return std::nullopt;
  return std::to_string(static_cast<std::int64_t>(number));
}

}  // namespace

void ToolHeaders::collect(const json& schema, std::vector<std::string>& path, std::vector<Repeated>& into) {
  const json* properties = member(schema, "properties");
  if (properties == nullptr || !properties->is_object() || path.size() >= kDepth) return;
  for (const auto& [name, property] : properties->items()) {
    path.push_back(name);
    if (const std::string_view header = string_member(property, "x-mcp-header");
        is_token(header) && into.size() < kHeadersOfOneTool)
      into.push_back({"Mcp-Param-" + std::string(header), path});
    collect(property, path, into);
    path.pop_back();
  }
}

void ToolHeaders::learn(const json& tools_list_result) {
  const json* tools = member(tools_list_result, "tools");
  if (tools == nullptr || !tools->is_array()) return;
  for (const json& tool : *tools) {
    const std::string name(string_member(tool, "name"));
    const json* schema = member(tool, "inputSchema");
    std::vector<std::string> path;
    std::vector<Repeated> repeated;
    if (schema != nullptr) collect(*schema, path, repeated);
    if (repeated.empty())
      tools_.erase(name);
    else if (tools_.size() < kToolsMax)
      tools_[name] = std::move(repeated);
  }
}

Headers ToolHeaders::headers_for(const json& message) const {
  Headers headers;
  const json* params = member(message, "params");
  if (params == nullptr || string_member(message, "method") != "tools/call") return headers;
  const json* arguments = member(*params, "arguments");
  const auto known = tools_.find(string_member(*params, "name"));
  if (known == tools_.end() || arguments == nullptr) return headers;
  for (const Repeated& each : known->second) {
    const json* value = arguments;
    for (const std::string& name : each.path)
      if (value != nullptr) value = member(*value, name);
    if (value == nullptr) continue;
    if (auto text = text_of(*value)) headers.push_back({each.header, std::move(*text)});
  }
  return headers;
}

}  // namespace mcplumb
