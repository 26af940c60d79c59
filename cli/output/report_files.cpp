#include "cli/output/report_files.hpp"

#include <unistd.h>

#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "reports/json_report.hpp"
#include "reports/junit_report.hpp"
#include "reports/matrix_report.hpp"
#include "reports/terminal_report.hpp"

namespace mcplumb::cli {
namespace {

TerminalOptions screen(const ScreenOptions& wanted) {
  TerminalOptions terminal;
  terminal.color = use_color(wanted.color, STDOUT_FILENO);
  terminal.width = terminal_width(STDOUT_FILENO);
  terminal.verbose = wanted.verbose;
  return terminal;
}

}  // namespace

ReportFiles::ReportFiles(const std::string& json, const std::string& junit, ScreenOptions screen)
    : json_(json, "--json"), junit_(junit, "--junit"), screen_(std::move(screen)) {
  if (json_.is_stdout() && junit_.is_stdout())
    throw UsageError("mcplumb: error: --json - and --junit - both want stdout; give one of them a file");
}

int ReportFiles::write(const Run& run, bool quiet) {
  if (!quiet && !takes_stdout()) print(render_terminal(run, screen(screen_)));
  if (json_.wanted()) json_.write(render_json(run));
  if (junit_.wanted()) junit_.write(render_junit(run));
  return exit_code(run);
}

int ReportFiles::write(const Matrix& matrix, bool quiet) {
  if (!quiet && !takes_stdout()) print(render_matrix_terminal(matrix, screen(screen_)));
  if (json_.wanted()) json_.write(render_matrix_json(matrix));
  if (junit_.wanted()) junit_.write(render_junit(matrix));
  return exit_code(matrix);
}

}  // namespace mcplumb::cli
