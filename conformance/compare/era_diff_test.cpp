#include <doctest/doctest.h>

#include "conformance/compare/compare.hpp"
#include "conformance/compare/surface_diff.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace {

constexpr const char *kOld = "2025-11-25", *kNew = "2026-07-28";

Surface surface_of(const json& capabilities) {
  return Surface{capabilities, json::array({{{"name", "a"}}}), {}, {}, {}, {}};
}

ServerFacts facts_in(const char* revision) {
  return ServerFacts{"n", "1", "", revision, json::object(), TransportKind::streamable_http};
}

Outcome judged_in(const char* id, Verdict verdict) {
  Outcome made;
  made.id = made.title = id;
  made.verdict = verdict;
  return made;
}

// In one era, asked for as every run asks unless it is told not to.
Run single(const char* revision) {
  Run run;
  run.server = facts_in(revision);
  run.outcomes = {judged_in("a.steady", Verdict::pass), judged_in("a.b", Verdict::pass)};
  run.surface = surface_of({{"tools", json::object()}});
  run.revisions = {{revision == kOld ? kNew : kOld, RevisionLook::Found::refused, "unsupported", std::nullopt}};
  return run;
}

Run dual() {
  Run run = single(kNew);
  run.revisions.clear();
  run.other_era = OtherEra{kOld, facts_in(kOld), "", std::nullopt, surface_of({{"tools", json::object()}})};
  for (Outcome& outcome : run.outcomes) outcome.in = {{kNew, outcome.verdict, ""}, {kOld, outcome.verdict, ""}};
  return run;
}

// Its handshake is answered 500.
Run half_broken() {
  Run run = dual();
  run.other_era = OtherEra{kOld, std::nullopt, "initialize was answered 500", std::nullopt, std::nullopt};
  for (Outcome& outcome : run.outcomes) outcome.in.clear();
  return run;
}

const Change* change_named(const Comparison& comparison, const std::string& id) {
  for (const Change& change : comparison.changes)
    if (change.id == id) return &change;
  return nullptr;
}

}  // namespace

TEST_CASE("eras: nothing differs between a server of both eras and itself") {
  const Comparison comparison = compare_runs(dual(), dual());
  CHECK(comparison.changes.empty());
  CHECK(comparison.doubts.empty());
  CHECK(safety_of(comparison) == Safety::safe);
}

TEST_CASE("eras: one that answered before and does not after is broken") {
  const Comparison broken = compare_runs(dual(), half_broken());
  REQUIRE(broken.changes.size() == 1);
  CHECK(broken.changes[0].id == "verdicts.handshake");
  CHECK(broken.changes[0].effect == Effect::broken);
  CHECK(broken.changes[0].after.find("500") != std::string::npos);
  CHECK(broken.changes[0].what.find(kOld) != std::string::npos);
  const Comparison refused = compare_runs(dual(), single(kNew));
  REQUIRE(refused.changes.size() == 1);
  CHECK(refused.changes[0].id == "verdicts.era-stateful");
  CHECK(exit_code(refused, false) == 7);
  const Comparison gone = compare_runs(dual(), single(kOld));
  REQUIRE(gone.changes.size() == 1);
  CHECK(gone.changes[0].id == "verdicts.era-stateless");
  CHECK(exit_code(compare_runs(single(kOld), single(kNew)), false) == 7);  // from the one era to the other
}

TEST_CASE("eras: one that is new, or works again, breaks nothing") {
  const Comparison added = compare_runs(single(kOld), dual());
  REQUIRE(added.changes.size() == 1);
  CHECK(added.changes[0].effect == Effect::safe);
  CHECK(exit_code(compare_runs(half_broken(), dual()), true) == 0);
  CHECK(compare_runs(half_broken(), half_broken()).changes.empty());
  CHECK(safety_of(compare_runs(half_broken(), single(kNew))) == Safety::safe);
}

TEST_CASE("eras: a run that was told to use one era says nothing about the other") {
  Run before = single(kOld), after = single(kNew);
  before.revisions.clear();
  after.revisions.clear();
  const Comparison comparison = compare_runs(before, after);
  REQUIRE(comparison.changes.size() == 1);
  CHECK(comparison.changes[0].id == "verdicts.revision");
  CHECK(safety_of(comparison) == Safety::changed);
  after.surface->tools = json::array();
  CHECK(safety_of(compare_runs(before, after)) == Safety::broken);
  CHECK(safety_of(compare_runs(dual(), after)) == Safety::broken);  // by the surface alone
}

TEST_CASE("eras: what differs in both is said once, what differs in one with its revision") {
  Run after = dual();
  for (RevisionVerdict& each : after.outcomes[1].in) each.verdict = Verdict::fail;
  after.outcomes[1].verdict = Verdict::fail;
  const Comparison both = compare_runs(dual(), after);
  REQUIRE(both.changes.size() == 1);
  CHECK(both.changes[0].what == "a.b (must)");
  after.outcomes[1].in[0].verdict = Verdict::pass;
  const Comparison one = compare_runs(dual(), after);
  REQUIRE(one.changes.size() == 1);
  CHECK(one.changes[0].what == std::string("a.b (must) (in revision ") + kOld + ")");
}

TEST_CASE("eras: another revision that is no longer spoken is broken, and one that nobody asked for is not") {
  const auto with = [](RevisionLook::Found found) {
    Run run = dual();
    run.revisions = {{"2025-03-26", found, found == RevisionLook::Found::spoken ? "" : "why", std::nullopt}};
    return run;
  };
  using Found = RevisionLook::Found;
  CHECK(safety_of(compare_runs(with(Found::spoken), with(Found::refused))) == Safety::broken);
  CHECK(safety_of(compare_runs(with(Found::spoken), with(Found::broken))) == Safety::broken);
  CHECK(compare_runs(with(Found::spoken), with(Found::unknown)).changes.empty());
  CHECK(compare_runs(with(Found::spoken), dual()).changes.empty());
  const Comparison added = compare_runs(with(Found::refused), with(Found::spoken));
  CHECK(change_named(added, "verdicts.revisions.2025-03-26")->effect == Effect::safe);
}

TEST_CASE("eras: a capability that held nothing, or went to the newer era, is no loss") {
  struct Row {
    const char *was, *newer;
    Effect effect;
  };
  const Row kRows[] = {
      {R"({"experimental":{}})", "{}", Effect::changed},
      {R"({"experimental":{"x":{}}})", "{}", Effect::broken},
      {R"({"extensions":{"io.example/ui":{}}})", R"({"extensions":{"io.example/ui":{}}})", Effect::changed},
      {R"({"extensions":{"io.example/ui":{}}})", R"({"extensions":{"io.example/other":{}}})", Effect::broken},
      {R"({"extensions":{"io.example/ui":{}}})", "{}", Effect::broken},
      {R"({"logging":{}})", "{}", Effect::broken},
      {R"({"completions":{}})", R"({"completions":{}})", Effect::changed},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.was);
    Run before = single(kOld), after = dual();
    before.surface->capabilities = json::parse(row.was);
    after.other_era->surface->capabilities = json::object();
    after.surface->capabilities = json::parse(row.newer);
    const Comparison comparison = compare_runs(before, after);
    REQUIRE(comparison.changes.size() >= 2);
    CHECK(comparison.changes[0].area == Area::surface);
    CHECK(comparison.changes[0].effect == row.effect);
  }
  Surface none = surface_of({{"prompts", json::object()}}), gone = surface_of(json::object());
  none.prompts = json::array();
  CHECK(compare_surfaces(none, gone).at(0).effect == Effect::changed);
  none.prompts = json::array({{{"name", "p"}}});
  CHECK(compare_surfaces(none, gone).at(0).effect == Effect::broken);
}
