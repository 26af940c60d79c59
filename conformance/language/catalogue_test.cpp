#include "conformance/language/catalogue.hpp"

#include <doctest/doctest.h>

using namespace mcplumb;

namespace {

constexpr std::string_view kRows = R"(
- {id: tools.name, level: MUST, who: server, title: A name, observe: Look at it.}
- {id: tools.shape, level: MUST, who: both, title: A shape, observe: Look at it.}
- {id: transport.http.get, level: SHOULD, who: server, title: GET, observe: Ask., since: 2025-03-26}
- {id: transport.http.post, level: MUST, who: client, title: POST, observe: Ask.}
- {id: ping.self, level: MUST, who: both, title: Ours, observe: Ask., kind: client-self-check}
- {id: auth.token, level: MUST, who: server, title: Tokens, observe: Not observable from outside.}
)";

}  // namespace

TEST_CASE("catalogue: what is covered is what a mutant proves") {
  const CatalogueResult read = read_catalogue(kRows, "rows.yaml");
  REQUIRE(read.problems.empty());
  Suite suite;
  suite.checks.resize(1);
  suite.checks[0].proofs = {{"tools.name", {"a-mutant"}}, {"transport.http.get", {}}};
  const Coverage coverage = coverage_of(read.rows, proven_rows({suite}));
  CHECK(coverage.total.all == 3);
  CHECK(coverage.total.covered == 1);
  CHECK(coverage.by_level.at("MUST").covered == 1);
  CHECK(coverage.by_theme.at("transport.http").at("SHOULD").all == 1);
  REQUIRE(coverage.missing.size() == 2);
  CHECK(coverage.missing[0]->id == "tools.shape");
}

TEST_CASE("catalogue: a row that lacks something is an error with its place") {
  const CatalogueResult read = read_catalogue("- {id: a, level: MUST, who: server, title: t}\n", "rows.yaml");
  REQUIRE(read.problems.size() == 1);
  CHECK(read.problems[0].message.find("`observe`") != std::string::npos);
  CHECK_FALSE(read_catalogue("a: [", "rows.yaml").problems.empty());
}

TEST_CASE("catalogue: levels and parties are words that are known, and an id stands there once") {
  const auto problem_of = [](const char* rows) {
    const CatalogueResult read = read_catalogue(rows, "rows.yaml");
    return read.problems.empty() ? "" : read.problems[0].message;
  };
  CHECK(problem_of("- {id: a, level: MIGHT, who: server, title: t, observe: o}\n").find("MIGHT") != std::string::npos);
  CHECK(problem_of("- {id: a, level: MUST, who: nobody, title: t, observe: o}\n").find("nobody") != std::string::npos);
  CHECK(problem_of("- {id: a, level: MUST, who: server, title: t, observe: o}\n"
                   "- {id: a, level: MAY, who: server, title: t, observe: o}\n")
            .find("already") != std::string::npos);
}
