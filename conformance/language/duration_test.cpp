#include "conformance/language/duration.hpp"

#include <doctest/doctest.h>

namespace mcplumb {
namespace {

TEST_CASE("duration: it has a unit and a bound") {
  CHECK(parse_duration("200ms") == std::chrono::milliseconds(200));
  CHECK(parse_duration("1.5s") == std::chrono::milliseconds(1500));
  CHECK(parse_duration("2m") == std::chrono::minutes(2));
  for (const char* wrong : {"", "5", "s", "5 s", "-5s", "1e3s", "1..5s", "5h", "2000m", "99999999999999999999s"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_duration(wrong));
  }
}

}  // namespace
}  // namespace mcplumb
