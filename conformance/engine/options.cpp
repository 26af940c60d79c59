#include "conformance/engine/options.hpp"

namespace mcplumb {

nlohmann::json run_capabilities() {
  return {{"roots", nlohmann::json::object()},
          {"sampling", nlohmann::json::object()},
          {"elicitation", nlohmann::json::object()}};
}

}  // namespace mcplumb
