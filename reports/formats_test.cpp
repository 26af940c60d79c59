// The table of formats itself; what each row renders is held by golden_test.cpp.
#include <doctest/doctest.h>

#include <set>
#include <string>

#include "reports/formats.hpp"
#include "reports/sample_comparisons.hpp"
#include "reports/sample_runs.hpp"

using namespace mcplumb;

TEST_CASE("formats: each row has a flag of its own, help, and something to render") {
  std::set<std::string_view> flags;
  for (const ReportFormat& format : report_formats()) {
    CAPTURE(std::string(format.flag));
    CHECK(format.flag.starts_with("--"));
    CHECK(flags.insert(format.flag).second);
    CHECK_FALSE(format.help.empty());
    CHECK((format.run != nullptr || format.comparison != nullptr));
  }
}

// `check --matrix` and `report` take the flags of runs, and may have a matrix to show.
TEST_CASE("formats: who renders a run renders a matrix") {
  for (const ReportFormat& format : report_formats()) {
    CAPTURE(std::string(format.flag));
    CHECK((format.run == nullptr) == (format.matrix == nullptr));
  }
}

TEST_CASE("formats: each report has text, and ends its last line") {
  const auto check_text = [](const std::string& text) {
    REQUIRE_FALSE(text.empty());
    CHECK(text.back() == '\n');
  };
  for (const ReportFormat& format : report_formats()) {
    CAPTURE(std::string(format.flag));
    if (format.run != nullptr) check_text(format.run(sample::failing_run()));
    if (format.matrix != nullptr) check_text(format.matrix(sample::matrix()));
    if (format.comparison != nullptr) check_text(format.comparison(sample::broken(), false));
  }
}

TEST_CASE("formats: a comparison knows of --strict") {
  Comparison changed = sample::same();
  changed.changes.push_back({});
  changed.changes.back().effect = Effect::changed;
  for (const ReportFormat& format : report_formats()) {
    if (format.comparison == nullptr || format.flag == "--markdown") continue;  // which shows no judgement
    CAPTURE(std::string(format.flag));
    CHECK(format.comparison(changed, true) != format.comparison(changed, false));
  }
}
