#include "conformance/assess/eras.hpp"

#include <doctest/doctest.h>

#include "client/no_memory.hpp"
#include "conformance/record/eras.hpp"

namespace mcplumb {
namespace {

Outcome outcome_of(const std::string& id, Verdict verdict, const std::string& path = "") {
  Outcome outcome;
  outcome.id = id;
  outcome.verdict = verdict;
  if (verdict == Verdict::skip) outcome.reason = "not a rule of revision x";
  if (!path.empty()) outcome.findings = {{verdict, path, "a", "b", 0, ""}};
  return outcome;
}

Exchange answered(int status, const std::string& body) {
  Exchange exchange;
  exchange.transport = TransportKind::streamable_http;
  HeaderBlock block;
  block.status = status;
  block.headers = {{"Content-Type", "application/json"}};
  exchange.blocks.push_back(block);
  exchange.body = body;
  exchange.body_size = body.size();
  return exchange;
}

Run run_in(const std::string& revision, std::vector<Outcome> outcomes) {
  Run run;
  run.server.emplace();
  run.server->revision = revision;
  run.outcomes = std::move(outcomes);
  run.trace.exchanges.push_back(answered(200, R"({"jsonrpc":"2.0","id":1,"result":{}})"));
  return run;
}

Run refused_with(int status, const std::string& body) {
  Run run;
  run.handshake_problem = "no";
  run.first_failure = 0;
  run.trace.exchanges.push_back(answered(status, body));
  return run;
}

constexpr const char* kNew = "2026-07-28";
constexpr const char* kOld = "2025-11-25";

}  // namespace

TEST_CASE("eras: the worst verdict of both stands, and each is remembered") {
  const Run both = merge_eras(run_in(kNew, {outcome_of("a", Verdict::pass), outcome_of("b", Verdict::fail, "x"),
                                            outcome_of("c", Verdict::skip), outcome_of("d", Verdict::pass)}),
                              run_in(kOld, {outcome_of("a", Verdict::warn, "y"), outcome_of("b", Verdict::fail, "x"),
                                            outcome_of("c", Verdict::pass), outcome_of("d", Verdict::skip)}),
                              kOld);
  REQUIRE(both.outcomes.size() == 4);
  CHECK(both.outcomes[0].verdict == Verdict::warn);
  CHECK(both.outcomes[0].findings[0].revision == kOld);
  CHECK(*both.outcomes[0].findings[0].exchange == 1);
  CHECK(both.outcomes[1].findings.size() == 1);  // what both found is told once
  CHECK(both.outcomes[2].verdict == Verdict::pass);
  CHECK(both.outcomes[3].verdict == Verdict::pass);
  const std::vector<EraPart> parts = eras_of(both);
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].run.outcomes[0].verdict == Verdict::pass);
  CHECK(parts[1].run.outcomes[0].verdict == Verdict::warn);
  CHECK(parts[1].run.server->revision == kOld);
}

TEST_CASE("eras: the second one has the name of the revision that was agreed on") {
  const Run first = run_in(kNew, {outcome_of("a", Verdict::pass)});
  const Run both = merge_eras(first, run_in("2025-06-18", {outcome_of("a", Verdict::fail, "x")}), kOld);
  REQUIRE(both.other_era);
  CHECK(both.other_era->revision == "2025-06-18");
  CHECK(both.outcomes[0].findings[0].revision == "2025-06-18");
  CHECK(eras_of(both)[1].revision == "2025-06-18");
  // A stateless one is never agreed on with a handshake.
  CHECK(merge_eras(first, run_in(kNew, {}), kOld).other_era->revision == kOld);
}

TEST_CASE("eras: a handshake that the server refuses is no fault, one that fails is") {
  const Run first = run_in(kNew, {outcome_of("a", Verdict::pass)});
  const std::string error = R"({"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"unsupported"}})";
  for (const Run& refused : {refused_with(400, error), refused_with(404, "{}"), refused_with(200, error)}) {
    const Run both = merge_eras(first, refused, kOld);
    CHECK_FALSE(both.other_era);
    CHECK(both.revisions.at(0).found == RevisionLook::Found::refused);
    CHECK(exit_code(both) == kConforms);
    CHECK(eras_of(both).size() == 1);
  }
  const std::string internal = R"({"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"boom"}})";
  for (const Run& broken : {refused_with(500, "Internal Server Error"), refused_with(502, ""), refused_with(200, "{}"),
                            refused_with(200, internal)}) {
    const Run both = merge_eras(first, broken, kOld);
    REQUIRE(both.other_era);
    CHECK(both.other_era->problem == "no");
    CHECK(*both.other_era->first_failure == 1);
    CHECK(exit_code(both) == kFailed);
    CHECK(eras_of(both)[1].run.handshake_problem == "no");
  }
}

TEST_CASE("eras: one that could not be looked at for want of ours is not judged") {
  Run lacking = refused_with(200, "{}");
  lacking.handshake_problem = "initialize: " + std::string(kNoMemory);
  const Run both = merge_eras(run_in(kNew, {outcome_of("a", Verdict::pass)}), lacking, kOld);
  CHECK_FALSE(both.other_era);
  CHECK(both.undecided == "whether " + std::string(kOld) + " works was not found out: " + lacking.handshake_problem);
  CHECK(exit_code(both) == kNothingJudged);
}

TEST_CASE("eras: the second is asked only where the first says that there may be one") {
  std::vector<std::string> asked;
  const auto answers = [&](const std::string& revision) {
    return [&asked, revision](const RunOptions& options) -> Result<Run> {
      asked.push_back(options.revision);
      return run_in(options.revision.empty() ? revision : options.revision, {});
    };
  };
  RunOptions options;
  CHECK(run_in_both_eras(options, answers(kNew))->other_era);
  CHECK(asked == std::vector<std::string>{"", kOld});
  CHECK_FALSE(run_in_both_eras(options, answers(kOld))->other_era);
  options.revision = kNew;
  CHECK_FALSE(run_in_both_eras(options, answers(kNew))->other_era);
  CHECK(asked.size() == 4);
}

}  // namespace mcplumb
