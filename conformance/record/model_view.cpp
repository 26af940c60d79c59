#include "conformance/record/model_view.hpp"

#include <nlohmann/json.hpp>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {

std::size_t bytes_of_tool_for_model(const nlohmann::json& tool) {
  std::size_t bytes = 2, members = 0;  // as one object, with a comma behind it
  for (const std::string_view key : {"name", "description", "inputSchema"})
    if (const nlohmann::json* value = member(tool, key)) {
      bytes += key.size() + 4 + serialize(*value).size();  // "key":value,
      ++members;
    }
  return members == 0 ? bytes + 1 : bytes;
}

std::size_t bytes_for_model(const nlohmann::json& tools) {
  std::size_t bytes = 0;
  for (const nlohmann::json& tool : tools) bytes += bytes_of_tool_for_model(tool);
  return bytes;
}

std::size_t tokens_of(std::size_t bytes) {
  constexpr std::size_t kBytesPerToken = 4;
  return (bytes + kBytesPerToken - 1) / kBytesPerToken;
}

std::string tokens_text(std::size_t bytes) {
  std::size_t tokens = tokens_of(bytes);
  for (const std::size_t step : {10, 100, 1000})  // two digits are all that is known
    if (tokens >= step * 10) tokens = (tokens + step / 2) / step * step;
  return "about " + std::to_string(tokens) + " tokens";
}

std::string model_cost_text(std::size_t bytes) { return tokens_text(bytes) + " for a model"; }

}  // namespace mcplumb
