#include "conformance/manifest/rules.hpp"

#include <array>

#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"

namespace mcplumb {
namespace {

std::array<std::span<const ManifestRule>, 5> all_rules() {
  return {server_json_rules(), publishing_rules(), bundle_rules(), archive_rules(), live_rules()};
}

}  // namespace

const ManifestRule* find_manifest_rule(std::string_view name) {
  for (const auto& rules : all_rules())
    for (const ManifestRule& rule : rules)
      if (rule.name == name) return &rule;
  return nullptr;
}

std::vector<std::string> manifest_rule_names() {
  std::vector<std::string> names;
  for (const auto& rules : all_rules())
    for (const ManifestRule& rule : rules) names.emplace_back(rule.name);
  return names;
}

std::string shown(const nlohmann::json& value) { return shortened(serialize(value), 120); }

bool names_a_secret(std::string_view name) {
  const std::string small = lower_case(std::string(name));
  for (const char* word : {"key", "token", "secret", "password"})
    if (small.ends_with(word)) return true;
  return false;
}

std::vector<std::string> placeholders_in(std::string_view text, std::string_view begin) {
  std::vector<std::string> names;
  for (std::size_t at = text.find(begin); at != text.npos; at = text.find(begin, at + 1)) {
    const std::size_t from = at + begin.size(), end = text.find('}', from);
    if (end == text.npos) return names;
    names.emplace_back(text.substr(from, end - from));
  }
  return names;
}

}  // namespace mcplumb
