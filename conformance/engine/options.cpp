#include "conformance/engine/options.hpp"

namespace mcplumb {

nlohmann::json all_capabilities() {
  return {{"roots", nlohmann::json::object()},
          {"sampling", nlohmann::json::object()},
          {"elicitation", nlohmann::json::object()}};
}

nlohmann::json run_capabilities(const RunOptions& options) {
  const bool allowed = !options.roles.empty() || !options.prompts.empty() || !options.resources.empty() ||
                       options.one_era;  // a suite of the user's
  return allowed ? all_capabilities() : nlohmann::json::object();
}

}  // namespace mcplumb
