#include "conformance/compare/compare.hpp"

#include <doctest/doctest.h>

#include "conformance/compare/lock.hpp"
#include "conformance/compare/surface_diff.hpp"

using namespace mcplumb;
using nlohmann::json;

namespace {

Outcome outcome(const char* id, Verdict verdict) {
  Outcome made;
  made.id = made.title = id;
  made.verdict = verdict;
  if (verdict == Verdict::fail || verdict == Verdict::warn)
    made.findings.push_back({verdict, "status", "404", "400", std::nullopt, ""});
  return made;
}

Run run_with(Verdict verdict) {
  Run run;
  run.target = "http://h/mcp";
  run.server = ServerFacts{"n", "1", "", "2025-11-25", json::object(), TransportKind::streamable_http};
  run.outcomes = {outcome("a.steady", Verdict::pass), outcome("a.b", verdict)};
  run.surface = Surface{json{{"tools", json::object()}}, json::array(), {}, {}, {}, {}};
  return run;
}

std::string effect_of(Verdict was, Verdict is) {
  const Comparison comparison = compare_runs(run_with(was), run_with(is));
  return comparison.changes.empty() ? "same" : std::string(to_string(comparison.changes.front().effect));
}

Observation status(const char* id, double number) {
  return {id, id, std::to_string(static_cast<int>(number)), number, "status", std::nullopt};
}
Observation amount(const char* id, double number, const char* unit) {
  return {id, id, std::to_string(number), number, unit, std::nullopt};
}
Observation spread(const char* id, double low, double median, double high) {
  Observation made = amount(id, median, "ms");
  made.low = low;
  made.high = high;
  return made;
}
Observation word(const char* id, const char* value) { return {id, id, value, std::nullopt, "", std::nullopt}; }

}  // namespace

TEST_CASE("compare: each change of a verdict has its effect") {
  CHECK(effect_of(Verdict::pass, Verdict::pass) == "same");
  CHECK(effect_of(Verdict::pass, Verdict::fail) == "break");
  CHECK(effect_of(Verdict::warn, Verdict::fail) == "break");
  CHECK(effect_of(Verdict::fail, Verdict::pass) == "better");
  CHECK(effect_of(Verdict::fail, Verdict::warn) == "better");
  CHECK(effect_of(Verdict::pass, Verdict::warn) == "change");
  CHECK(effect_of(Verdict::pass, Verdict::skip) == "change");
  CHECK(effect_of(Verdict::skip, Verdict::pass) == "safe");
  CHECK(effect_of(Verdict::skip, Verdict::fail) == "break");
  CHECK(effect_of(Verdict::inconclusive, Verdict::fail) == "change");
  CHECK(effect_of(Verdict::skip, Verdict::warn) == "safe");
  CHECK(effect_of(Verdict::skip, Verdict::inconclusive) == "same");
}

TEST_CASE("compare: what was tried several times breaks only if chance does not explain it") {
  const auto answer = [](std::size_t was_broken, std::size_t was_runs, std::size_t is_broken, std::size_t is_runs) {
    Run before = run_with(was_broken > 0 ? Verdict::fail : Verdict::pass), after = run_with(Verdict::fail);
    before.outcomes[1].runs = was_runs;
    before.outcomes[1].broken_runs = was_broken;
    after.outcomes[1].runs = is_runs;
    after.outcomes[1].broken_runs = is_broken;
    return compare_runs(before, after);
  };
  const auto effect = [&](auto... counts) {
    const Comparison comparison = answer(counts...);
    return comparison.changes.empty() ? "same" : std::string(to_string(comparison.changes.front().effect));
  };
  CHECK(effect(0, 1, 1, 1) == "break");
  CHECK(effect(0, 3, 3, 3) == "break");
  CHECK(effect(0, 1, 2, 2) == "break");
  CHECK(effect(0, 11, 1, 11) == "change");
  CHECK(effect(0, 11, 3, 11) == "change");  // 0.107
  CHECK(effect(0, 11, 4, 11) == "break");   // 0.045
  CHECK(effect(1, 11, 1, 12) == "same");
  CHECK(effect(1, 11, 11, 11) == "break");
  CHECK(answer(1, 11, 2, 12).notes ==
        std::vector<std::string>{"a.b comes and goes in both: broken in 1 of 11 runs, and in 2 of 12"});
  CHECK(answer(0, 11, 1, 12).changes[0].after == "fail (broken in 1 of 12 runs): status: expected 404, got 400");
}

TEST_CASE("compare: without a session after, one line says so and the skips do not") {
  const Run before = run_with(Verdict::pass);
  Run after = run_with(Verdict::skip);
  after.outcomes[0].verdict = Verdict::skip;
  after.server.reset();
  after.surface.reset();
  after.handshake_problem = "initialize was answered 500";
  const Comparison comparison = compare_runs(before, after);
  REQUIRE(comparison.changes.size() == 1);
  CHECK(comparison.changes[0].id == "verdicts.handshake");
  CHECK(safety_of(comparison) == Safety::broken);
  CHECK(exit_code(comparison, false) == 7);
  CHECK(answer_line(comparison) == "broken: 1 thing broke");
}

TEST_CASE("compare: only what the text demands, and what could apply before, breaks when it begins to apply") {
  Run before = run_with(Verdict::skip), after = run_with(Verdict::fail);
  before.outcomes[1].left_out = true;  // the run ended before it
  CHECK(safety_of(compare_runs(before, after)) == Safety::changed);
  before.outcomes[1].left_out = false;
  after.outcomes[1].level = Level::should;
  CHECK(safety_of(compare_runs(before, after)) == Safety::changed);
  after.outcomes[1].level = Level::must_not;
  CHECK(safety_of(compare_runs(before, after)) == Safety::broken);
}

namespace {

// A server that answers the handshake with this status; 0: not at all.
Run closed(int status, bool judged_none = true) {
  Run run = run_with(Verdict::skip);
  if (judged_none) run.outcomes[0].verdict = Verdict::skip;
  run.server.reset();
  run.surface.reset();
  run.handshake_problem = status == 0 ? "no reply within 10 s" : "initialize was answered " + std::to_string(status);
  Exchange& exchange = run.trace.exchanges.emplace_back();
  if (status != 0) exchange.blocks.push_back({"HTTP/1.1", status, "", {}, 0});
  run.first_failure = 0;
  run.observations = {word("answer.put", "405")};
  return run;
}

}  // namespace

TEST_CASE("compare: what does not work before has no answer, whatever comes after") {
  struct Row {
    int before, code;
  };
  for (const Row& row : {Row{500, 5}, Row{401, 4}, Row{404, 5}, Row{0, 3}}) {
    for (const Run& after : {closed(row.before), closed(500), run_with(Verdict::pass), run_with(Verdict::fail)}) {
      const Comparison comparison = compare_runs(closed(row.before), after);
      CHECK(safety_of(comparison) == Safety::unknown);
      CHECK(exit_code(comparison, false) == row.code);
      CHECK(exit_code(comparison, true) == row.code);
      CHECK(answer_line(comparison).find(closed(row.before).handshake_problem) != std::string::npos);
      for (const Change& change : comparison.changes) CHECK(change.area == Area::verdicts);
    }
    CHECK(safety_of(compare_runs(run_with(Verdict::pass), closed(row.before))) == Safety::broken);
  }
}

TEST_CASE("compare: a server whose lists cannot be read does not work as it is, and one that has one list does") {
  Run before = run_with(Verdict::pass);
  before.surface->tools = {};
  CHECK(safety_of(compare_runs(before, before)) == Safety::safe);  // it offers nothing
  before.surface->problems = {"tools/list: HTTP 500"};
  CHECK(exit_code(compare_runs(before, before), false) == 5);
  CHECK(answer_line(compare_runs(before, before)) ==
        "unknown: before does not work as it is: its lists cannot be read: tools/list: HTTP 500");
  CHECK(safety_of(compare_runs(run_with(Verdict::pass), before)) == Safety::broken);
  before.surface->prompts = json::array();
  CHECK(safety_of(compare_runs(before, before)) == Safety::safe);
}

TEST_CASE("compare: runs that share no check are not called the same") {
  const auto judged_by = [](std::initializer_list<const char*> ids) {
    Run run = run_with(Verdict::pass);
    run.outcomes.clear();
    for (const char* id : ids) run.outcomes.push_back(outcome(id, Verdict::pass));
    return run;
  };
  const auto answer = [](const Run& before, const Run& after) { return answer_line(compare_runs(before, after)); };
  constexpr const char* kUnknown = "unknown: not everything could be compared";
  const Run pings = judged_by({"ping.a", "ping.b"}), tools = judged_by({"tools.a"}), none = judged_by({});
  CHECK(answer(pings, tools) == kUnknown);
  CHECK(answer(pings, none) == kUnknown);
  CHECK(answer(none, pings) == kUnknown);
  CHECK(exit_code(compare_runs(pings, tools), false) == 5);
  CHECK(compare_runs(pings, tools).doubts.back() ==
        "no check was judged that is in both runs, so no verdict was compared; run the same checks twice");
  CHECK(answer(judged_by({"ping.b", "tools.a"}), tools) == "safe: no difference");
  CHECK(answer(none, none) == "safe: no difference");  // what is offered is the same

  Run gone = tools;
  gone.surface->tools = {};
  Run had = pings;
  had.surface->tools = json::array({{{"name", "t"}, {"inputSchema", {{"type", "object"}}}}});
  CHECK(safety_of(compare_runs(had, gone)) == Safety::broken);

  Run skipped = pings, other = tools;  // one that is in both, and was judged in none
  for (Run* run : {&skipped, &other}) run->outcomes.push_back(outcome("ping.c", Verdict::skip));
  CHECK(answer(skipped, other) == kUnknown);

  Run budget = none;  // compared by what was measured
  budget.outcomes = {outcome("expect.1", Verdict::pass)};
  budget.outcomes[0].suite = "expect";
  CHECK(answer(none, budget) == "safe: no difference");
  budget.outcomes.push_back(pings.outcomes[0]);
  Run other_budget = tools;
  other_budget.outcomes.push_back(budget.outcomes[0]);
  CHECK(answer(budget, other_budget) == kUnknown);
}

TEST_CASE("compare: runs that called tools are compared by tool, whatever judged them") {
  Run before = run_with(Verdict::pass), after = before;
  for (Run* run : {&before, &after}) {
    run->exercise.emplace();
    run->outcomes.resize(1);
    run->outcomes[0].suite = "exercise";
  }
  after.outcomes.clear();
  CHECK(safety_of(compare_runs(before, after)) == Safety::safe);
  after.exercise.reset();
  CHECK(safety_of(compare_runs(before, after)) == Safety::unknown);
}

TEST_CASE("compare: a signal leaves no answer, even if something broke") {
  Run after = run_with(Verdict::fail);
  CHECK(safety_of(compare_runs(run_with(Verdict::pass), after)) == Safety::broken);
  after.interrupted = true;  // by its deadline: what was judged stands
  CHECK(safety_of(compare_runs(run_with(Verdict::pass), after)) == Safety::broken);
  after.cancelled = true;
  const Comparison comparison = compare_runs(run_with(Verdict::pass), after);
  CHECK(exit_code(comparison, false) == 5);
  CHECK(answer_line(comparison) == "unknown: interrupted before everything was compared");
}

TEST_CASE("compare: what keeps clients from working is said, though it is no difference, unless it is accepted") {
  Run run = run_with(Verdict::pass);
  Diagnosis cause;
  cause.rule = "R-BUFFERED";
  cause.title = "Events are held back";
  cause.weight = Weight::failure;
  cause.confidence = Confidence::certain;
  run.diagnoses = {cause};
  const Comparison alike = compare_runs(run, run);
  CHECK(exit_code(alike, false) == 8);
  CHECK(answer_line(alike) == "safe: no difference; but clients will not work well: Events are held back [R-BUFFERED]");
  CHECK(exit_code(compare_runs(run, run_with(Verdict::pass)), false) == 0);  // it went away
  CHECK(exit_code(compare_runs(run, run_with(Verdict::fail)), false) == 7);
  run.accepted = {"R-BUFFERED"};
  CHECK(exit_code(compare_runs(run, run), false) == 0);
  run.accepted.clear();
  run.diagnoses[0].confidence = Confidence::likely;
  CHECK(exit_code(compare_runs(run, run), false) == 0);
}

TEST_CASE("compare: a side on which no check was judged makes it unknown, unless something broke") {
  const auto idle = [](Verdict verdict) {
    Run run = run_with(verdict);
    run.outcomes[0].verdict = verdict;
    return run;
  };
  for (const Verdict verdict : {Verdict::skip, Verdict::inconclusive}) {
    CHECK(safety_of(compare_runs(idle(verdict), idle(verdict))) == Safety::unknown);
    CHECK(safety_of(compare_runs(idle(verdict), run_with(Verdict::pass))) == Safety::unknown);
    CHECK(safety_of(compare_runs(run_with(Verdict::pass), idle(verdict))) == Safety::unknown);
  }
  CHECK(safety_of(compare_runs(idle(Verdict::skip), run_with(Verdict::fail))) == Safety::broken);
}

TEST_CASE("compare: a run that credentials ended early has no answer before, and is incomplete after") {
  Run stopped = closed(401);
  stopped.handshake_problem.clear();
  stopped.outcomes[0].verdict = Verdict::pass;
  stopped.stop = Stop{"the token expired", 0};
  CHECK(exit_code(compare_runs(stopped, run_with(Verdict::pass)), false) == 4);
  CHECK(safety_of(compare_runs(run_with(Verdict::skip), stopped)) == Safety::unknown);
}

TEST_CASE("compare: a server that stops serving in mid-run is broken after, and does not work as it is before") {
  Run stopped = closed(500);
  stopped.handshake_problem.clear();
  stopped.stop = Stop{"every request since #2 fails: HTTP 500 (#0)", 0};
  const Comparison after = compare_runs(run_with(Verdict::pass), stopped);
  CHECK(exit_code(after, false) == 7);
  CHECK(std::any_of(after.changes.begin(), after.changes.end(),
                    [](const Change& each) { return each.id == "verdicts.service" && each.effect == Effect::broken; }));
  for (const Run& is : {stopped, run_with(Verdict::pass)})
    CHECK(answer_line(compare_runs(stopped, is)) ==
          "unknown: before does not work as it is: every request since #2 fails: HTTP 500 (#0)");
}

TEST_CASE("compare: what is tolerated does not count, and what fits nothing is named") {
  CompareOptions options;
  options.tolerances = {{"verdicts.a.*", "known, see the ticket"}, {"surface.tools.*", "old"}};
  const Comparison comparison = compare_runs(run_with(Verdict::pass), run_with(Verdict::fail), options);
  CHECK(safety_of(comparison) == Safety::safe);
  CHECK(comparison.changes.at(0).tolerated == "known, see the ticket");
  REQUIRE(comparison.doubts.size() == 1);
  CHECK(comparison.doubts[0].find("surface.tools.*") != std::string::npos);
  CHECK(answer_line(comparison) == "safe: 1 tolerated");
}

TEST_CASE("compare: a change of behaviour weighs by what it is") {
  struct Row {
    Observation was, is;
    const char* effect;
  };
  const Row kRows[] = {
      {status("answer.put", 405), status("answer.put", 405), "same"},
      {status("answer.host-foreign", 200), status("answer.host-foreign", 421), "change"},
      {status("answer.malformed-body", 400), status("answer.malformed-body", 500), "break"},
      {status("answer.malformed-body", 500), status("answer.malformed-body", 400), "better"},
      {status("answer.malformed-body", 400), status("answer.malformed-body", 0), "break"},
      {status("answer.initialize", 200), status("answer.initialize", 400), "break"},
      {word("stream.progress", "spread out"), word("stream.progress", "none"), "break"},
      {word("stream.progress", "one burst"), word("stream.progress", "spread out"), "better"},
      {word("stream.keep-alive", "comments"), word("stream.keep-alive", "silent"), "change"},
      {word("exit.term", "exited"), word("exit.term", "did not exit"), "break"},
      {amount("cost.start", 400, "ms"), amount("cost.start", 900, "ms"), "same"},
      {amount("cost.start", 400, "ms"), amount("cost.start", 9000, "ms"), "change"},
      {amount("cost.idle-cpu", 0.01, "share"), amount("cost.idle-cpu", 0.97, "share"), "break"},
      {amount("cost.idle-cpu", 0.01, "share"), amount("cost.idle-cpu", 0.1, "share"), "same"},
      {amount("cost.session.memory", 0, "bytes each"), amount("cost.session.memory", 720 << 10, "bytes each"),
       "change"},
      {amount("cost.session.memory", 9000, "bytes each"), amount("cost.session.memory", 90 << 10, "bytes each"),
       "same"},
      {amount("cost.session.memory", 700 << 10, "bytes each"), amount("cost.session.memory", 0, "bytes each"),
       "better"},
      {amount("cost.session.processes", 0, "each"), amount("cost.session.processes", 1, "each"), "change"},
      {amount("cost.ended-session.processes", 0, "each"), amount("cost.ended-session.processes", 1, "each"), "break"},
      {amount("cost.request.descriptors", 0.1, "each"), amount("cost.request.descriptors", 1, "each"), "break"},
      {amount("cost.request.descriptors", 1, "each"), amount("cost.request.descriptors", 1, "each"), "same"},
      {amount("cost.request.threads", 0, "each"), amount("cost.request.threads", 0.3, "each"), "same"},
      {amount("size.tools-list", 9000, "size"), amount("size.tools-list", 90000, "size"), "change"},
      {amount("size.tools-list", 900, "size"), amount("size.tools-list", 9000, "size"), "same"},
      {spread("time.request", 1, 2, 9), spread("time.request", 30, 40, 50), "change"},
      {spread("time.request", 30, 40, 50), spread("time.request", 1, 2, 9), "better"},
      {spread("time.request", 1, 2, 35), spread("time.request", 30, 40, 50), "same"},
      {spread("time.request", 1, 2, 3), spread("time.request", 4, 7, 9), "same"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.was.id);
    std::vector<std::string> doubts, notes;
    const Changes changes = compare_observations({row.was}, {row.is}, doubts, notes);
    CHECK((changes.empty() ? "same" : std::string(to_string(changes.front().effect))) == row.effect);
  }
}

TEST_CASE("compare: what grows alike in both runs is noted, and what is in one run only is named") {
  std::vector<std::string> doubts, notes;
  const auto grows = [](double each) { return amount("cost.session.memory", each, "bytes each"); };
  CHECK(compare_observations({grows(700 << 10)}, {grows(710 << 10)}, doubts, notes).empty());
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].find("cost.session.memory") != std::string::npos);
  notes.clear();
  CHECK(compare_observations({grows(20 << 10), word("a", "x")}, {grows(21 << 10), word("b", "x")}, doubts, notes)
            .empty());
  CHECK(notes.empty());
  REQUIRE(doubts.size() == 1);
  CHECK(doubts[0] == "in one of the two runs only, and not compared: 2 observations (b, a)");
}

TEST_CASE("compare: a surface's changes are told apart") {
  const auto with = [](const std::string& tools) {
    return Surface{json{{"tools", json::object()}}, json::parse(tools), {}, {}, {}, {}};
  };
  const Surface before = with(R"([{"name":"a","description":"x","inputSchema":{"type":"object"}},{"name":"b"}])");
  const Changes gone = compare_surfaces(before, with(R"([{"name":"a","description":"y","inputSchema":{"type":"object",
      "properties":{"n":{"type":"string"}},"required":["n"]}},{"name":"c"}])"));
  REQUIRE(gone.size() == 4);
  CHECK(gone[0].id == "surface.tools.a.inputSchema.n");
  CHECK(gone[0].effect == Effect::broken);
  CHECK(gone[1].id == "surface.tools.a.description");
  CHECK(gone[1].effect == Effect::wording);
  CHECK(gone[2].what == "the tool `b` is gone");
  CHECK(gone[3].effect == Effect::safe);
  Surface none = before;
  none.tools = {};
  none.capabilities = json::object();
  CHECK(compare_surfaces(before, none).size() == 2);  // the capability, and the tools
  CHECK(compare_surfaces(before, before).empty());
}

TEST_CASE("compare: prompts break by new required arguments") {
  const auto with = [](const std::string& prompts) {
    return Surface{json{{"prompts", json::object()}}, {}, json::parse(prompts), {}, {}, {}};
  };
  const Changes changes =
      compare_surfaces(with(R"([{"name":"p","arguments":[{"name":"a","required":true},{"name":"b"}]}])"),
                       with(R"([{"name":"p","arguments":[{"name":"a"},{"name":"c","required":true}]}])"));
  REQUIRE(changes.size() == 3);
  CHECK(changes[0].what == "prompt `p`: argument `a` is optional now");
  CHECK(changes[1].what == "prompt `p`: argument `b` is gone");
  CHECK(changes[2].effect == Effect::broken);
}

TEST_CASE("compare: what a server logs of clients that went away is no difference") {
  const std::string departed =
      "Error in SSE writer\nTraceback (most recent call last):\n  File \"a.py\", line 1, in x\n    raise "
      "ClosedResourceError\nanyio.ClosedResourceError\n";
  CHECK(log_signatures(departed).empty());
  CHECK(log_signatures("fine\n" + departed + departed + "ERROR: on fire\n") ==
        std::vector<std::string>{"ERROR: on fire"});
  CHECK_FALSE(log_signatures("Error\nTraceback (most recent call last):\n  File \"a.py\"\nKeyError: 'x'\n").empty());
  CHECK_FALSE(log_signatures("Traceback (most recent call last):\n  File \"a.py\"\n").empty());
}

TEST_CASE("compare: log lines are compared by kind, without moments and numbers") {
  const std::string before = "2026-01-02 03:04:05,678 ERROR [12] session a1b2c3d4 was lost\nINFO all is well\n";
  const std::string after =
      "2026-11-12 13:14:15,178 ERROR [9912] session ffe12 was lost\n\x1b[31mTraceback (most recent\n";
  const auto was = log_signatures(before), is = log_signatures(after);
  REQUIRE(was.size() == 1);
  CHECK(was[0] == is.at(0));
  const Changes changes = compare_logs(was, is);
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].after == "Traceback (most recent");
}

TEST_CASE("compare: packages that changed are named") {
  Side before, after;
  before.versions = {"mcp==1.22.0", "anyio==4.1", "@scope/x@1.0"};
  after.versions = {"mcp==1.23.0", "anyio==4.1", "@scope/x@1.1", "new 2"};
  const auto changes = version_changes(before, after);
  REQUIRE(changes.size() == 3);
  CHECK(changes[0].package == "@scope/x");
  CHECK(changes[0].after == "1.1");
  CHECK(changes[1].before == "1.22.0");
  CHECK(changes[2].before.empty());
}

TEST_CASE("lock: what was written is read back, sorted, and nothing differs") {
  Run run = run_with(Verdict::pass);
  run.surface->tools = json::parse(R"([{"name":"b"},{"name":"a"}])");
  const json lock = lock_of(run);
  CHECK(lock["tools"][0]["name"] == "a");
  const Result<Run> read = run_from_lock(lock);
  REQUIRE(read);
  run.outcomes.clear();
  const Comparison comparison = compare_runs(*read, run);
  CHECK(comparison.changes.empty());
  CHECK(safety_of(comparison) == Safety::safe);
}

TEST_CASE("lock: what is none is refused with its place") {
  CHECK(run_from_lock(json::object()).error().where == "/kind");
  CHECK(run_from_lock(json{{"kind", "surface"}, {"format", 9}}).error().where == "/format");
  CHECK(run_from_lock(json{{"kind", "surface"}, {"format", 1}, {"tools", 1}}).error().where == "/tools");
}

TEST_CASE("compare: a check that fails for another reason than before is told") {
  Run before = run_with(Verdict::fail), after = run_with(Verdict::fail);
  CHECK(compare_runs(before, after).changes.empty());
  after.outcomes[1].findings[0].actual = "401";  // of one place and rule it says the same
  CHECK(compare_runs(before, after).changes.empty());
  after.outcomes[1].findings[0].path = "header.allow";
  const Comparison comparison = compare_runs(before, after);
  REQUIRE(comparison.changes.size() == 1);
  CHECK(comparison.changes[0].id == "verdicts.a.b");
  CHECK(comparison.changes[0].effect == Effect::changed);
}

TEST_CASE("compare: a run that was interrupted says nothing about the handshake of the other") {
  const Run before = run_with(Verdict::pass);
  Run after = run_with(Verdict::pass);
  after.handshake_problem = "initialize was answered 500";
  after.interrupted = true;
  for (const Change& change : compare_runs(before, after).changes) CHECK(change.id != "verdicts.handshake");
  after.interrupted = false;
  REQUIRE_FALSE(compare_runs(before, after).changes.empty());
  CHECK(compare_runs(before, after).changes[0].id == "verdicts.handshake");
}
