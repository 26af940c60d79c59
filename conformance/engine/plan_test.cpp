#include "conformance/engine/plan.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

namespace {
std::vector<Suite> two_checks() {
  Suite suite;
  suite.name = "demo";
  Check old;
  old.id = "demo.old";
  old.suite = "demo";
  old.revisions = {{"2024-11-05", "2024-11-05"}};
  Check any;
  any.id = "demo.any";
  any.suite = "demo";
  any.tags = {"slow"};
  any.transports = {"streamable-http"};
  suite.checks = {old, any};
  return {suite};
}
}  // namespace

TEST_CASE("plan: a check of another revision or transport is skipped with the reason") {
  const auto suites = two_checks();
  const auto plan = make_plan(suites, {}, TransportKind::stdio, "2025-11-25");
  REQUIRE(plan);
  REQUIRE(plan->size() == 2);
  CHECK((*plan)[0].skip == "not a rule of revision 2025-11-25");
  CHECK((*plan)[1].skip == "not a rule of the transport stdio");
}

TEST_CASE("plan: --only and --skip take ids, areas and tags; a pattern that selects nothing is refused") {
  const auto suites = two_checks();
  RunOptions options;
  options.only = {"slow"};
  CHECK(make_plan(suites, options, TransportKind::streamable_http, "")->size() == 1);
  options.only = {"tag:sl*"};
  CHECK(make_plan(suites, options, TransportKind::streamable_http, "")->size() == 1);
  options.only = {"demo"};
  options.skip = {"demo.old"};
  CHECK(make_plan(suites, options, TransportKind::streamable_http, "")->front().check->id == "demo.any");
  options.only = {"demo.anny"};
  const auto refused = make_plan(suites, options, TransportKind::streamable_http, "");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what == "--only demo.anny selects no check; did you mean `demo.any`?");
  options.only = {"dmeo.*"};
  CHECK(make_plan(suites, options, TransportKind::streamable_http, "").error().what ==
        "--only dmeo.* selects no check; did you mean `demo.*`?");
  options.only = {};
  options.skip = {"demo.odl"};
  CHECK(make_plan(suites, options, TransportKind::streamable_http, "").error().what ==
        "--skip demo.odl selects no check; did you mean `demo.old`?");
  options.skip = {"other.*"};
  CHECK(make_plan(suites, options, TransportKind::streamable_http, "")->size() == 2);
}
