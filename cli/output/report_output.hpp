// The reports of a command: files that are opened before its work, and the terminal.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "cli/input/options.hpp"
#include "cli/output/output_file.hpp"
#include "client/no_memory.hpp"
#include "reports/formats.hpp"
#include "reports/terminal_report.hpp"

namespace mcplumb::cli {

struct ScreenOptions {
  std::string color = "auto";
  bool verbose = false;
};

// For what a report on the terminal is made; `fd` is stdout or stderr.
TerminalOptions terminal_options(const ScreenOptions& screen, int fd);

// What the flags asked for, in any of the formats of reports/formats.hpp.
class ReportOutput {
 public:
  // Throws UsageError as OutputFile does.
  ReportOutput(const WantedReports& wanted, ScreenOptions screen);

  // Writes what was asked for; and on the terminal, unless a report goes to stdout or `quiet` says so. What cannot be
  // written is told and noted (output_lost). Returns the exit code of the verdict. `strict`: a change of behaviour
  // counts as a regression.
  // A run that there is no memory to write down whole loses its evidence (without_evidence).
  int write(Run& run, bool quiet = false);
  int write(const Matrix& matrix, bool quiet = false);
  int write(const Comparison& comparison, bool strict);
  bool takes_stdout() const { return takes_stdout_; }
  bool any_file() const { return !files_.empty(); }

 private:
  struct ReportFile {
    ReportFile(const ReportFormat& made, const std::string& path) : format(made), file(path, std::string(made.flag)) {}
    const ReportFormat& format;
    OutputFile file;
  };
  // `on_terminal` renders for a terminal, `in` in a format.
  template <class OnTerminal, class In>
  void show(bool quiet, OnTerminal on_terminal, In in);

  ReservedSpace held_{48 * 1024 * 1024};     // until there is something to show
  std::deque<ReportFile> files_;             // in the order of the formats
  std::vector<const ReportFormat*> beside_;  // what follows the report on the terminal
  bool takes_stdout_ = false;                // a report goes there instead
  ScreenOptions screen_;
};

}  // namespace mcplumb::cli
