// Every report of every sample run, compared byte for byte with reports/golden/. `MCPLUMB_UPDATE_GOLDEN=1 reports_test`
// writes the files anew; read the difference before committing it.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

#include "client/text/printable.hpp"
#include "conformance/record/redact.hpp"
#include "reports/comparison_report.hpp"
#include "reports/formats.hpp"
#include "reports/json_report.hpp"
#include "reports/junit_report.hpp"
#include "reports/matrix_report.hpp"
#include "reports/probe_report.hpp"
#include "reports/sample_comparisons.hpp"
#include "reports/sample_runs.hpp"
#include "reports/terminal_report.hpp"

using namespace mcplumb;

namespace {

void check_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(MCPLUMB_SOURCE_DIR) + "/reports/golden/" + name;
  if (std::getenv("MCPLUMB_UPDATE_GOLDEN") != nullptr) {
    std::ofstream out(path, std::ios::binary);
    REQUIRE_MESSAGE((out << text), path);
    return;
  }
  std::ifstream in(path, std::ios::binary);
  REQUIRE_MESSAGE(in, "missing: ", path);
  std::ostringstream expected;
  expected << in.rdbuf();
  CAPTURE(path);
  CHECK(text == expected.str());
}

// As a run leaves the room that made it.
Run finished(Run run) { return redact(std::move(run), {}); }

Probe finished(Probe probe) {
  probe.run = finished(std::move(probe.run));
  return probe;
}

Matrix finished(Matrix matrix) {
  for (Matrix::Column& column : matrix.columns)
    if (column.run) column.run = finished(std::move(*column.run));
  return matrix;
}

struct Sample {
  const char* name;
  Run run;
};

std::vector<Sample> samples() {
  return {{"passing", finished(sample::passing_run())},
          {"failing", finished(sample::failing_run())},
          {"handshake_500", finished(sample::handshake_500())},
          {"diagnosed", finished(sample::diagnosed())},
          {"refused", finished(sample::refused())},
          {"interrupted", finished(sample::interrupted())},
          {"strict", finished(sample::strict())},
          {"exercised", finished(sample::exercised())},
          {"unexercised", finished(sample::unexercised())},
          {"flaky", finished(sample::flaky())},
          {"baseline", finished(sample::baselined())},
          {"stale", finished(sample::stale())}};
}

std::vector<std::string> all_reports(const Run& run) {
  std::vector<std::string> texts = {render_terminal(run, {}), render_terminal(run, {false, 60, true})};
  for (const ReportFormat& format : report_formats())
    if (format.run != nullptr) texts.push_back(format.run(run));
  return texts;
}

// Of a golden file; that of a new format is its flag.
std::string ending_of(const ReportFormat& format) {
  if (format.flag == "--junit") return ".xml";
  if (format.flag == "--markdown") return ".md";
  return "." + std::string(format.flag.substr(2));
}

bool is_clean_line(const std::string& line) { return printable(line) == line; }

}  // namespace

TEST_CASE("golden: each report of each sample run is as it was") {
  for (const Sample& sample : samples()) {
    const std::string name = sample.name;
    check_golden(name + ".txt", render_terminal(sample.run, {}));
    for (const ReportFormat& format : report_formats())
      if (format.run != nullptr) check_golden(name + ending_of(format), format.run(sample.run));
  }
  check_golden("failing_verbose.txt", render_terminal(finished(sample::failing_run()), {false, 100, true}));
  check_golden("passing_color.txt", render_terminal(finished(sample::passing_run()), {true, 80, false}));
  check_golden("matrix.txt", render_matrix_terminal(finished(sample::matrix()), {}));
  for (const ReportFormat& format : report_formats())
    if (format.matrix != nullptr) check_golden("matrix" + ending_of(format), format.matrix(finished(sample::matrix())));
  check_golden("probe.txt", render_probe(finished(sample::probe()), {}));
  Probe diagnosed;
  diagnosed.run = finished(sample::diagnosed());
  check_golden("probe_diagnosed.txt", render_probe(diagnosed, {}));
  Probe refused;
  refused.run = finished(sample::refused());
  check_golden("probe_refused.txt", render_probe(refused, {}));
}

TEST_CASE("golden: each report of each sample comparison is as it was") {
  for (const auto& [name, comparison] :
       {std::pair{"comparison_safe", sample::same()}, std::pair{"comparison_broken", sample::broken()},
        std::pair{"comparison_unknown", sample::not_prepared()}}) {
    const std::string file = name;
    check_golden(file + ".txt", render_comparison(comparison, {}, false));
    for (const ReportFormat& format : report_formats())
      if (format.comparison != nullptr) check_golden(file + ending_of(format), format.comparison(comparison, false));
  }
  check_golden("comparison_strict.txt", render_comparison(sample::broken(), {true, 60, true}, true));
}

TEST_CASE("reports: no secret is in any of them") {
  Probe probe = finished(sample::probe());
  std::vector<std::string> texts = {render_probe(probe, {false, 80, true})};
  for (const Sample& sample : samples())
    for (const std::string& text : all_reports(sample.run)) texts.push_back(text);
  for (const std::string& text : texts) {
    CHECK(text.find("do-not-show=") == text.npos);
    CHECK(text.find("Bearer do-not-show") == text.npos);
    CHECK(text.find("\"do-not-show\"") == text.npos);
    CHECK(text.find("do-not-show\\\"") == text.npos);
    CHECK(text.find("0123456789abcdef") == text.npos);
  }
}

TEST_CASE("reports: nothing the server sent reaches a terminal unescaped") {
  for (const std::string& text :
       {render_terminal(finished(sample::failing_run()), {false, 80, true}),
        render_terminal(finished(sample::diagnosed()), {}), render_probe(finished(sample::probe()), {false, 80, true}),
        render_comparison(sample::broken(), {}, false), render_annotations(sample::broken(), false)}) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(line);
      CHECK(is_clean_line(line));
    }
  }
}

TEST_CASE("reports: a run that was read back looks the same") {
  for (const Sample& sample : samples()) {
    CAPTURE(std::string(sample.name));
    const Result<Run> read = run_from_json(nlohmann::json::parse(render_json(sample.run)));
    REQUIRE(read);
    CHECK(render_json(*read) == render_json(sample.run));
    if (const std::string name = sample.name; name == "failing" || name == "diagnosed" || name == "exercised")
      continue;  // its broken UTF-8 became U+FFFD
    CHECK(all_reports(*read) == all_reports(sample.run));
  }
}

TEST_CASE("reports: a matrix that was read back looks the same") {
  const Matrix written = finished(sample::matrix());
  const Result<Matrix> read = matrix_from_json(nlohmann::json::parse(render_matrix_json(written)));
  REQUIRE(read);
  CHECK(render_matrix_json(*read) == render_matrix_json(written));
  CHECK(render_matrix_terminal(*read, {}) == render_matrix_terminal(written, {}));
  CHECK(exit_code(written) == 1);
}
