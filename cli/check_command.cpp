#include <unistd.h>

#include "cli/check_parts.hpp"
#include "cli/command_line.hpp"
#include "cli/report_files.hpp"

namespace mcplumb::cli {

int check_command(const CheckOptions& options) {
  const std::vector<Suite> suites = load_suites(options.suites, &options.variables);
  if (options.list) return list_plan(suites, run_options(options));
  BaselineFile baseline(options, suites);
  ReportFiles reports(options.json_file, options.junit_file, {options.color, options.verbose});
  const auto judge = [&](Run& run) { baseline.apply(run); };
  if (options.matrix) return reports.write(run_matrix(options, suites, judge));
  Run run = run_check(options, suites, judge);
  baseline.update(run);
  return reports.write(run);
}

}  // namespace mcplumb::cli
