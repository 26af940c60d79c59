#include "conformance/language/check.hpp"

#include <doctest/doctest.h>

namespace mcplumb {
namespace {

TEST_CASE("check: a range of revisions holds its ends and may be open") {
  CHECK(RevisionRange{"2025-03-26", "2025-06-18"}.contains("2025-03-26"));
  CHECK(RevisionRange{"2025-03-26", "2025-06-18"}.contains("2025-06-18"));
  CHECK_FALSE(RevisionRange{"2025-03-26", "2025-06-18"}.contains("2025-11-25"));
  CHECK(RevisionRange{"2025-03-26", ""}.contains("2026-07-28"));
  CHECK_FALSE(RevisionRange{"2025-03-26", ""}.contains("2024-11-05"));
  CHECK(RevisionRange{}.contains("2024-11-05"));
}

TEST_CASE("check: without ranges it applies to every revision") {
  Check check;
  CHECK(check.applies_to("2024-11-05"));
  check.revisions = {{"2024-11-05", "2024-11-05"}, {"2025-11-25", ""}};
  CHECK(check.applies_to("2024-11-05"));
  CHECK_FALSE(check.applies_to("2025-06-18"));
  CHECK(check.applies_to("2026-07-28"));
}

TEST_CASE("check: the first range that holds the revision gives the level") {
  Check check;
  check.levels = {{{"", "2025-03-26"}, Level::should}, {{}, Level::must}};
  CHECK(check.level_for("2024-11-05") == Level::should);
  CHECK(check.level_for("2025-06-18") == Level::must);
}

}  // namespace
}  // namespace mcplumb
