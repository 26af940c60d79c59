#include <unistd.h>

#include "cli/command_line.hpp"
#include "cli/support.hpp"
#include "client/jsonrpc/message.hpp"
#include "reports/json_report.hpp"
#include "reports/junit_report.hpp"
#include "reports/terminal_report.hpp"

namespace mcplumb::cli {

int report_command(const ReportOptions& options) {
  const std::string text = read_file(options.run_file);
  const Result<nlohmann::json> parsed = parse_json(text, {}, nullptr);
  if (!parsed) throw UsageError("mcplumb: error: " + options.run_file + " is no JSON: " + parsed.error().what);
  const Result<Run> run = run_from_json(*parsed);
  if (!run)
    throw UsageError("mcplumb: error: " + options.run_file +
                     (run.error().where.empty() ? "" : " at " + run.error().where) + ": " + run.error().what);
  OutputFile json_file(options.json_file, "--json"), junit_file(options.junit_file, "--junit");
  if (!json_file.wanted() && !junit_file.wanted()) {
    TerminalOptions terminal;
    terminal.color = use_color(options.color, STDOUT_FILENO);
    terminal.width = terminal_width(STDOUT_FILENO);
    terminal.verbose = options.verbose;
    print(render_terminal(*run, terminal));
  }
  json_file.write(json_file.wanted() ? render_json(*run) : "");
  junit_file.write(junit_file.wanted() ? render_junit(*run) : "");
  return exit_code(*run);
}

}  // namespace mcplumb::cli
