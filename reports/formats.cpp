#include "reports/formats.hpp"

#include <array>

#include "reports/comparison_report.hpp"
#include "reports/json_report.hpp"
#include "reports/junit_report.hpp"
#include "reports/matrix_report.hpp"

namespace mcplumb {
namespace {

using Goes = ReportFormat::Goes;

std::string whole_markdown(const Comparison& comparison, bool) { return render_comparison_markdown(comparison); }

constexpr std::array kReportFormats = {
    ReportFormat{"--json", Goes::to_file, "Write {} as JSON", render_json, render_matrix_json, render_comparison_json},
    ReportFormat{"--junit", Goes::to_file, "Write JUnit XML", render_junit, render_junit, render_comparison_junit},
    ReportFormat{"--markdown", Goes::to_file, "Write Markdown, e.g. to $GITHUB_STEP_SUMMARY", nullptr, nullptr,
                 whole_markdown},
    ReportFormat{"--annotations", Goes::beside_terminal, "Also print GitHub annotations (::error …)", nullptr, nullptr,
                 render_annotations},
};

}  // namespace

std::span<const ReportFormat> report_formats() { return kReportFormats; }

}  // namespace mcplumb
