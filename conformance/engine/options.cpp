#include "conformance/engine/options.hpp"

#include <algorithm>

namespace mcplumb {

nlohmann::json all_capabilities() {
  return {{"roots", nlohmann::json::object()},
          {"sampling", nlohmann::json::object()},
          {"elicitation", nlohmann::json::object()}};
}

nlohmann::json run_capabilities(const RunOptions& options) {
  const bool allowed = !options.roles.empty() || !options.prompts.empty() || !options.resources.empty() ||
                       !options.resource_prefixes.empty() || !options.exercise.empty() ||
                       options.one_era;  // a suite of the user's
  nlohmann::json declared = allowed ? all_capabilities() : nlohmann::json::object();
  // A server that asks for the roots before it serves a call waits for ever where nobody listens on a GET stream.
  if (!options.one_era && options.roles.count("input-roots") == 0) declared.erase("roots");
  return declared;
}

bool may_read(const RunOptions& options, std::string_view uri) {
  return std::find(options.resources.begin(), options.resources.end(), uri) != options.resources.end() ||
         std::any_of(options.resource_prefixes.begin(), options.resource_prefixes.end(),
                     [&](const std::string& prefix) { return uri.starts_with(prefix); });
}

}  // namespace mcplumb
