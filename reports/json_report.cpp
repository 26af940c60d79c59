#include "reports/json_report.hpp"

namespace mcplumb {

std::string render_json(const Run& run) {
  return to_json(run).dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace mcplumb
