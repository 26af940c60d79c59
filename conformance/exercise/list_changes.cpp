#include "conformance/exercise/list_changes.hpp"

#include <set>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

std::set<std::string> names_of(const json& list, const char* name) {
  std::set<std::string> names;
  for (const json& each : list) names.emplace(string_member(each, name));
  return names;
}

std::string change_of(const json& before, const json& after, const char* what, const char* name) {
  if (!before.is_array() || !after.is_array() || before == after) return "";
  const std::set<std::string> old = names_of(before, name), now = names_of(after, name);
  for (const std::string& each : now)
    if (!old.contains(each)) return std::string("the list of ") + what + " has " + shortened(each, 60) + ", too";
  for (const std::string& each : old)
    if (!now.contains(each))
      return std::string("the list of ") + what + " does not have " + shortened(each, 60) + " any more";
  return "";  // descriptions, and the order, may speak of the hour
}

}  // namespace

std::string list_change(const Surface& before, const Surface& after) {
  std::string change = change_of(before.tools, after.tools, "tools", "name");
  if (change.empty()) change = change_of(before.prompts, after.prompts, "prompts", "name");
  if (change.empty()) change = change_of(before.resources, after.resources, "resources", "uri");
  return change;
}

}  // namespace mcplumb
