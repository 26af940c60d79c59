#include "cli/commands/coverage.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "cli/input/suites.hpp"
#include "conformance/language/selection.hpp"
#include "conformance/manifest/file_shapes.hpp"
#include "conformance/shapes/look.hpp"

using namespace mcplumb;

TEST_CASE("shapes: every member of the table is judged by a check") {
  const std::vector<Suite> suites = cli::load_suites({});
  const auto is_judged = [&](const std::string& member) {
    for (const Suite& suite : suites)
      for (const Check& check : suite.checks)
        if (std::any_of(check.conforms.begin(), check.conforms.end(),
                        [&](const std::string& pattern) { return glob_matches(pattern, member); }))
          return true;
    return false;
  };
  for (const std::string& member : members_of(wire_shapes())) {
    if (member.ends_with(".nextCursor")) continue;  // null is tolerated there: pagination.cursor-string
    CAPTURE(member);
    CHECK(is_judged(member));
  }
}

TEST_CASE("shapes: what `conforms` names is in the table") {
  for (const Suite& suite : cli::load_suites({}))
    for (const Check& check : suite.checks) {
      const auto members = members_of(check.watch == Watch::manifest ? file_shapes() : wire_shapes());
      for (const std::string& pattern : check.conforms) {
        CAPTURE(check.id);
        CAPTURE(pattern);
        CHECK(std::any_of(members.begin(), members.end(),
                          [&](const std::string& member) { return glob_matches(pattern, member); }));
      }
    }
}
