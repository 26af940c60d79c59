#include <unistd.h>

#include "cli/command_line.hpp"
#include "cli/support.hpp"
#include "reports/json_report.hpp"
#include "reports/junit_report.hpp"
#include "reports/terminal_report.hpp"

namespace mcplumb::cli {

int report_command(const ReportOptions& options) {
  const Run run = read_run(options.run_file);
  OutputFile json_file(options.json_file, "--json"), junit_file(options.junit_file, "--junit");
  if (!json_file.wanted() && !junit_file.wanted()) {
    TerminalOptions terminal;
    terminal.color = use_color(options.color, STDOUT_FILENO);
    terminal.width = terminal_width(STDOUT_FILENO);
    terminal.verbose = options.verbose;
    print(render_terminal(run, terminal));
  }
  json_file.write(json_file.wanted() ? render_json(run) : "");
  junit_file.write(junit_file.wanted() ? render_junit(run) : "");
  return exit_code(run);
}

}  // namespace mcplumb::cli
