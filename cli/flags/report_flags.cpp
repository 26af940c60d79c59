// The flags for reports: one for each row of reports/formats.hpp.
#include "cli/flags/command_tree.hpp"
#include "reports/formats.hpp"

namespace mcplumb::cli {
namespace {

void add_format(CLI::App& command, WantedReports& reports, const ReportFormat& format, const std::string& subject) {
  const std::string flag(format.flag);
  std::string help(format.help);
  if (const std::size_t gap = help.find("{}"); gap != std::string::npos) help.replace(gap, 2, subject);
  if (format.goes == ReportFormat::Goes::beside_terminal)
    command.add_flag(flag, reports.printed[flag], help);
  else
    command.add_option(flag, reports.files[flag], help + " ('-' = stdout)")->type_name("FILE");
}

}  // namespace

void add_run_reports(CLI::App& command, WantedReports& reports) {
  for (const ReportFormat& format : report_formats())
    if (format.run != nullptr) add_format(command, reports, format, "the run");
}

void add_comparison_reports(CLI::App& command, WantedReports& reports) {
  for (const ReportFormat& format : report_formats())
    if (format.comparison != nullptr) add_format(command, reports, format, "the comparison");
}

}  // namespace mcplumb::cli
