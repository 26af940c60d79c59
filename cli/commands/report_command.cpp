#include "cli/commands/commands.hpp"
#include "cli/input/files.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/report_output.hpp"
#include "cli/server/signal_guard.hpp"

namespace mcplumb::cli {
namespace {

// A file that holds a matrix; absent if it does not, so that run_of says what is wrong with it.
std::optional<Matrix> matrix_of(const std::string& path, const nlohmann::json& parsed) {
  if (!is_matrix(parsed)) return std::nullopt;
  Result<Matrix> matrix = matrix_from_json(parsed);
  if (matrix) return std::move(*matrix);
  throw UsageError("mcplumb: error: " + path + " at " + matrix.error().where + ": " + matrix.error().what);
}

// One of both, the other is left as it is.
Run read(const std::string& path, std::optional<Matrix>& matrix) {
  const nlohmann::json parsed = read_json_file(path);
  matrix = matrix_of(path, parsed);
  return matrix ? Run() : run_of(parsed, path);
}

}  // namespace

int report_command(const ReportOptions& options) {
  std::optional<Matrix> matrix;
  Run run = read(options.run_file, matrix);
  hold_signals();
  ReportOutput reports(options.reports, {options.color, options.verbose});
  return matrix ? reports.write(*matrix, reports.any_file()) : reports.write(run, reports.any_file());
}

}  // namespace mcplumb::cli
