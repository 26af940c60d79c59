// The reports of a command: files that are opened before the run, and the terminal.
#pragma once

#include <string>

#include "cli/output/output_file.hpp"
#include "conformance/record/matrix.hpp"

namespace mcplumb::cli {

struct ScreenOptions {
  std::string color = "auto";
  bool verbose = false;
};

class ReportFiles {
 public:
  // Throws UsageError if a file cannot be written, or both want stdout.
  ReportFiles(const std::string& json, const std::string& junit, ScreenOptions screen);

  // What was asked for; and on the terminal, unless a report goes to stdout or `quiet` says so. Returns the exit code.
  int write(const Run& run, bool quiet = false);
  int write(const Matrix& matrix, bool quiet = false);
  bool takes_stdout() const { return json_.is_stdout() || junit_.is_stdout(); }
  bool any_file() const { return json_.wanted() || junit_.wanted(); }

 private:
  OutputFile json_, junit_;
  ScreenOptions screen_;
};

}  // namespace mcplumb::cli
