#include "client/transport/tool_headers.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <set>

#include "client/http/headers.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/transport/era.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kDepth = 16, kHeadersOfOneTool = 64, kToolsMax = 10'000;
constexpr double kLargestInteger = 9007199254740991;

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

// A type that a header can repeat. Where no type is said, or a choice of some, the text leaves it open.
bool may_be_repeated(const json& property) {
  const json* type = member(property, "type");
  return type == nullptr || type->is_array() || *type == "string" || *type == "integer" || *type == "boolean";
}

// Looks for an x-mcp-header that breaks a rule; `direct` = only names of properties lead here.
class HeaderNames {
 public:
  std::string problem_in(const json& schema, const std::string& where, bool direct, std::size_t depth = 0) {
    constexpr std::array<std::string_view, 13> kElsewhere = {"items",
                                                             "prefixItems",
                                                             "oneOf",
                                                             "anyOf",
                                                             "allOf",
                                                             "not",
                                                             "if",
                                                             "then",
                                                             "else",
                                                             "$defs",
                                                             "definitions",
                                                             "additionalProperties",
                                                             "patternProperties"};
    if (depth > kDepth || !(schema.is_object() || schema.is_array())) return "";
    std::string problem;
    if (schema.is_array()) {
      for (const json& each : schema)
        if (problem.empty()) problem = problem_in(each, where, false, depth + 1);
      return problem;
    }
    if (const json* header = member(schema, "x-mcp-header")) problem = problem_of(*header, schema, where, direct);
    if (const json* properties = member(schema, "properties"); properties != nullptr && properties->is_object())
      for (const auto& [name, property] : properties->items())
        if (problem.empty()) problem = problem_in(property, where + "/" + name, direct, depth + 1);
    for (const std::string_view keyword : kElsewhere)
      if (const json* below = member(schema, keyword); below != nullptr && problem.empty()) {
        const bool named = keyword == "$defs" || keyword == "definitions" || keyword == "patternProperties";
        problem = problem_in(named ? values_of(*below) : *below, where, false, depth + 1);
      }
    return problem;
  }

 private:
  static json values_of(const json& object) {
    json values = json::array();
    if (object.is_object())
      for (const json& value : object) values.push_back(value);
    return values;
  }

  std::string problem_of(const json& header, const json& property, const std::string& where, bool direct) {
    const std::string says = "x-mcp-header " + shortened(serialize(header), 60) + " of " +
                             (where.empty() ? "the schema itself" : shortened(where.substr(1), 60));
    if (!header.is_string() || !is_token(header.get_ref<const std::string&>())) return says + " is not a header name";
    if (!direct || where.empty()) return says + " stands where no argument can be named";
    if (!may_be_repeated(property)) return says + " is of a type that no header can repeat";
    std::string name = header;
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
    return seen_.insert(std::move(name)).second ? "" : says + " is there twice";
  }

  std::set<std::string> seen_;
};

}  // namespace

std::string tool_header_problem(const json& tool) {
  const json* schema = member(tool, "inputSchema");
  return schema == nullptr ? "" : HeaderNames().problem_in(*schema, "", true);
}

void ToolHeaders::collect(const json& schema, std::vector<std::string>& path, std::vector<Repeated>& into) {
  const json* properties = member(schema, "properties");
  if (properties == nullptr || !properties->is_object() || path.size() >= kDepth) return;
  for (const auto& [name, property] : properties->items()) {
    path.push_back(name);
    if (const std::string_view header = string_member(property, "x-mcp-header");
        is_token(header) && into.size() < kHeadersOfOneTool) {
      Repeated repeated{"Mcp-Param-" + std::string(header), path};
      if (bytes_.take(bytes_of(repeated))) into.push_back(std::move(repeated));
    }
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
    forget(name);
    if (schema != nullptr && tools_.size() < kToolsMax) collect(*schema, path, repeated);
    if (!repeated.empty()) tools_.emplace(name, std::move(repeated));
  }
}

void ToolHeaders::forget(std::string_view tool) {
  const auto known = tools_.find(tool);
  if (known == tools_.end()) return;
  for (const Repeated& each : known->second) bytes_.give_back(bytes_of(each));
  tools_.erase(known);
}

std::size_t ToolHeaders::bytes_of(const Repeated& repeated) {
  std::size_t sum = repeated.header.size();
  for (const std::string& name : repeated.path) sum += name.size();
  return sum;
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
