#include "cli/output/report_output.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "cli/input/usage.hpp"

using namespace mcplumb;
using namespace mcplumb::cli;

namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() : path_((fs::temp_directory_path() / "mcplumb-reports-XXXXXX").string()) {
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  ~Folder() { fs::remove_all(path_); }
  std::string file(std::string_view flag) const { return path_ + "/" + std::string(flag); }
  std::string text(std::string_view flag) const {
    std::ifstream in(file(flag), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  bool is_empty() const { return fs::is_empty(path_); }

 private:
  std::string path_;
};

// A file for each format that `can`.
template <class Can>
WantedReports all_in(const Folder& folder, Can can) {
  WantedReports wanted;
  for (const ReportFormat& format : report_formats())
    if (format.goes == ReportFormat::Goes::to_file && can(format))
      wanted.files[std::string(format.flag)] = folder.file(format.flag);
  return wanted;
}

}  // namespace

TEST_CASE("report output: each format gets its file, of a run, of a matrix and of a comparison") {
  Run run;
  run.target = "http://127.0.0.1/mcp";
  const Matrix matrix{{{"2025-06-18", run, ""}}};
  const Comparison comparison = compare_runs(run, run);
  const Folder runs, matrices, comparisons;
  const auto of_run = [](const ReportFormat& format) { return format.run != nullptr; };
  const auto of_comparison = [](const ReportFormat& format) { return format.comparison != nullptr; };
  CHECK(ReportOutput(all_in(runs, of_run), {}).write(run, true) == exit_code(run));
  CHECK(ReportOutput(all_in(matrices, of_run), {}).write(matrix, true) == exit_code(matrix));
  WantedReports wanted = all_in(comparisons, of_comparison);
  wanted.files["--json"] = "-";  // keeps the terminal out of it
  CHECK(ReportOutput(wanted, {}).write(comparison, false) == exit_code(comparison, false));
  for (const ReportFormat& format : report_formats()) {
    if (format.goes != ReportFormat::Goes::to_file) continue;
    CAPTURE(std::string(format.flag));
    if (format.run != nullptr) CHECK(runs.text(format.flag) == format.run(run));
    if (format.matrix != nullptr) CHECK(matrices.text(format.flag) == format.matrix(matrix));
    if (format.comparison != nullptr && format.flag != "--json")
      CHECK(comparisons.text(format.flag) == format.comparison(comparison, false));
  }
}

TEST_CASE("report output: two reports on stdout are refused, and both are named") {
  WantedReports wanted;
  wanted.files["--json"] = wanted.files["--markdown"] = "-";
  CHECK_THROWS_WITH_AS(ReportOutput(wanted, {}),
                       "mcplumb: error: --json - and --markdown - both want stdout; give one of them a file",
                       UsageError);
}

TEST_CASE("report output: what cannot be written is known before the work, and leaves no file behind") {
  const Folder folder;
  WantedReports wanted;
  wanted.files["--json"] = folder.file("--json");
  wanted.files["--junit"] = folder.file("no-folder/--junit");
  CHECK_THROWS_AS(ReportOutput(wanted, {}), UsageError);
  CHECK(folder.is_empty());
}
