#include "cli/output/report_output.hpp"

#include <unistd.h>

#include <new>

#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "reports/comparison_report.hpp"
#include "reports/matrix_report.hpp"

namespace mcplumb::cli {
namespace {

template <class Work>
void attempt(std::string_view report, const Work& work) {
  const auto lost = [&](std::string_view why) {
    tell_lost(std::string(report) + " could not be made: " + std::string(why));
  };
  try {
    work();
  } catch (const std::bad_alloc&) {
    lost(kNoMemory);
  } catch (const std::exception& problem) {
    lost(problem.what());
  }
}

// Without memory for all of it there is a report all the same.
std::string whole_or_bare(const ReportFormat& format, Run& run) {
  try {
    return format.run(run);
  } catch (const std::bad_alloc&) {
    const LastOfMemory all;
    run = without_evidence(run);
    complain("mcplumb: there are the verdicts and no exchanges in reports: " + std::string(kNoMemory) + "\n");
    return format.run(run);
  }
}

}  // namespace

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
    takes_stdout_ = files_.emplace_back(format, path->second).file.is_stdout() || takes_stdout_;
  }
}

// Files come first, each for itself: neither a screen that is gone nor another file keeps one from being written.
template <class OnTerminal, class In>
void ReportOutput::show(bool quiet, OnTerminal on_terminal, In in) {
  held_.let_go();
  const auto write = [&](ReportFile& report) {
    attempt(report.format.flag, [&] { report.file.write(in(report.format)); });
  };
  for (ReportFile& report : files_)
    if (!report.file.is_stdout()) write(report);
  for (ReportFile& report : files_)
    if (report.file.is_stdout()) write(report);
  if (quiet || takes_stdout()) return;
  attempt("the report", [&] { print(on_terminal(terminal_options(screen_, STDOUT_FILENO))); });
  for (const ReportFormat* format : beside_) attempt(format->flag, [&] { print(in(*format)); });
}

int ReportOutput::write(Run& run, bool quiet) {
  show(
      quiet, [&](const TerminalOptions& options) { return render_terminal(run, options); },
      [&](const ReportFormat& format) { return whole_or_bare(format, run); });
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
