#include "reports/json_report.hpp"

#include "conformance/record/json_text.hpp"

namespace mcplumb {

std::string render_json(const Run& run) { return json_text(record_json(run)); }

}  // namespace mcplumb
