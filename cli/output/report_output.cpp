#include "cli/output/report_output.hpp"

#include <unistd.h>

#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "reports/comparison_report.hpp"
#include "reports/matrix_report.hpp"

namespace mcplumb::cli {

TerminalOptions terminal_options(const ScreenOptions& screen, int fd) {
  TerminalOptions terminal;
  terminal.color = use_color(screen.color, fd);
  terminal.width = terminal_width(fd);
  terminal.verbose = screen.verbose;
  return terminal;
}

ReportOutput::ReportOutput(const WantedReports& wanted, ScreenOptions screen) : screen_(std::move(screen)) {
  for (const ReportFormat& format : report_formats()) {
    const std::string flag(format.flag);
    if (const auto printed = wanted.printed.find(flag); printed != wanted.printed.end() && printed->second)
      beside_.push_back(&format);
    const auto path = wanted.files.find(flag);
    if (path == wanted.files.end() || path->second.empty()) continue;
    if (!files_.emplace_back(format, path->second).file.is_stdout()) continue;
    if (takes_stdout())
      throw usage(std::string(on_stdout_) + " - and " + flag + " - both want stdout; give one of them a file");
    on_stdout_ = format.flag;
  }
}

template <class OnTerminal, class In>
void ReportOutput::show(bool quiet, OnTerminal on_terminal, In in) {
  if (!quiet && !takes_stdout()) {
    print(on_terminal(terminal_options(screen_, STDOUT_FILENO)));
    for (const ReportFormat* format : beside_) print(in(*format));
  }
  for (ReportFile& report : files_) report.file.write(in(report.format));
}

int ReportOutput::write(const Run& run, bool quiet) {
  show(
      quiet, [&](const TerminalOptions& options) { return render_terminal(run, options); },
      [&](const ReportFormat& format) { return format.run(run); });
  return exit_code(run);
}

int ReportOutput::write(const Matrix& matrix, bool quiet) {
  show(
      quiet, [&](const TerminalOptions& options) { return render_matrix_terminal(matrix, options); },
      [&](const ReportFormat& format) { return format.matrix(matrix); });
  return exit_code(matrix);
}

int ReportOutput::write(const Comparison& comparison, bool strict) {
  show(
      false, [&](const TerminalOptions& options) { return render_comparison(comparison, options, strict); },
      [&](const ReportFormat& format) { return format.comparison(comparison, strict); });
  return exit_code(comparison, strict);
}

}  // namespace mcplumb::cli
