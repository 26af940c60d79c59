#include "conformance/exercise/told_values.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;
using Told = std::vector<std::string>;

TEST_CASE("told values: what stands in quotes behind e.g., and the like") {
  CHECK(told_values("IANA timezone name (e.g., 'America/New_York', 'Europe/London'). Use 'UTC' if none.") ==
        Told{"America/New_York", "Europe/London"});
  CHECK(told_values("A colour, such as \"red\" or `blue`") == Told{"red", "blue"});
  CHECK(told_values("The user's id. Example: `u-1`, 'u-1', 'u-2'") == Told{"u-1", "u-2"});
}

TEST_CASE("told values: a word alone, where nothing is quoted") {
  CHECK(told_values("Name of the repository (e.g. mcp/server)") == Told{"mcp/server"});
  CHECK(told_values("For example Oslo, or any other city.") == Told{"Oslo"});
}

TEST_CASE("told values: nothing where nothing is told of") {
  for (const char* text : {"", "The user's name in 'quotes'", "e.g.", "for example )", "such as the user's own"}) {
    CAPTURE(text);
    if (std::string_view(text).ends_with("own"))
      CHECK(told_values(text) == Told{"the"});  // a try, which the tool may refuse
    else
      CHECK(told_values(text).empty());
  }
}
