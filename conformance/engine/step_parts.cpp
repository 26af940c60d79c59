#include "conformance/engine/step_parts.hpp"

#include <cstdio>
#include <random>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {

const nlohmann::json& part(const nlohmann::json& arguments, const char* name) { return part_at(arguments, {name}); }

std::string text_of(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : serialize(value);
}

std::string place_of(const Step& step) {
  return step.at.file + ":" + std::to_string(step.at.line) + ":" + std::to_string(step.at.column);
}

std::string random_token() {
  std::random_device source;
  char text[17];
  std::snprintf(text, sizeof text, "%08x%08x", source(), source());
  return text;
}

}  // namespace mcplumb
