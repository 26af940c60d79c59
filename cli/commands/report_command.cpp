#include "cli/commands/commands.hpp"
#include "cli/input/files.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/report_output.hpp"
#include "cli/server/signal_guard.hpp"
#include "client/jsonrpc/message.hpp"

namespace mcplumb::cli {
namespace {

// A file that holds a matrix; absent if it does not, so that read_run says what is wrong with it.
std::optional<Matrix> read_matrix(const std::string& path, const std::string& text) {
  const Result<nlohmann::json> parsed = parse_json(text, kOwnFile, nullptr);
  if (!parsed || !is_matrix(*parsed)) return std::nullopt;
  Result<Matrix> matrix = matrix_from_json(*parsed);
  if (matrix) return std::move(*matrix);
  throw UsageError("mcplumb: error: " + path + " at " + matrix.error().where + ": " + matrix.error().what);
}

}  // namespace

int report_command(const ReportOptions& options) {
  const std::string text = read_file(options.run_file);
  const std::optional<Matrix> matrix = read_matrix(options.run_file, text);
  Run run = matrix ? Run() : parse_run(text, options.run_file);
  hold_signals();
  ReportOutput reports(options.reports, {options.color, options.verbose});
  return matrix ? reports.write(*matrix, reports.any_file()) : reports.write(run, reports.any_file());
}

}  // namespace mcplumb::cli
