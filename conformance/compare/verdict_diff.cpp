#include <algorithm>
#include <map>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/compare/compare.hpp"
#include "conformance/language/budget.hpp"

namespace mcplumb {
namespace {

using Outcomes = std::map<std::string, const Outcome*>;

// `by_tool`: both runs called tools, and each tool is compared by itself (exercise_diff.hpp).
Outcomes by_id(const Run& run, bool by_tool) {
  Outcomes all;
  for (const Outcome& outcome : run.outcomes)
    if (!by_tool || outcome.suite != kExerciseArea) all.emplace(outcome.id, &outcome);
  return all;
}

// Without the budgets, which are numbered: the same number may be of another one.
Outcomes checks_by_id(const Run& run, bool by_tool) {
  Outcomes all = by_id(run, by_tool);
  std::erase_if(all, [](const auto& each) { return each.second->suite == kBudgetArea; });
  return all;
}

bool judged(Verdict verdict) { return verdict != Verdict::skip && verdict != Verdict::inconclusive; }

bool is_must(Level level) { return level == Level::must || level == Level::must_not; }

// What was skipped because it did not apply does apply now, and is wrong: what is new with the upgrade is broken.
bool is_new_fault(const Outcome& was, const Outcome& is) {
  return was.verdict == Verdict::skip && !was.left_out && is_must(is.level);
}

double choices(std::size_t of, std::size_t take) {
  double all = take > of ? 0 : 1;
  for (std::size_t i = 0; i < take && all > 0; ++i) all *= static_cast<double>(of - i) / static_cast<double>(i + 1);
  return all;
}

// Absent: nothing worth a word.
std::optional<Effect> effect_of(const Outcome& before, const Outcome& after) {
  const Verdict was = before.verdict, is = after.verdict;
  if (was == is) return std::nullopt;
  if (!judged(was) && !judged(is)) return std::nullopt;
  if (!judged(is)) return Effect::changed;
  if (is == Verdict::fail) return judged(was) || is_new_fault(before, after) ? Effect::broken : Effect::changed;
  if (!judged(was)) return Effect::safe;
  return is_worse(was, is) ? Effect::better : Effect::changed;
}

std::string in_words(const Outcome& outcome) {
  std::string text(to_string(outcome.verdict));
  if (outcome.runs > 1) text += " (" + times_broken(outcome) + ")";
  if (!outcome.findings.empty()) {
    const Finding& first = outcome.findings.front();
    text +=
        ": " + first.path + ": expected " + shortened(first.expected, 200) + ", got " + shortened(first.actual, 200);
  } else if (!outcome.reason.empty()) {
    text += ": " + shortened(outcome.reason, 300);
  }
  return text;
}

std::optional<std::size_t> evidence(const Outcome& outcome) {
  for (const Finding& finding : outcome.findings)
    if (finding.exchange) return finding.exchange;
  return std::nullopt;
}

std::set<std::string> findings_of(const Outcome& outcome) {
  std::set<std::string> all;
  for (const Finding& finding : outcome.findings) all.insert(finding.path + ": " + finding.expected);
  return all;
}

Change verdict_change(const Outcome& was, const Outcome& is, Effect effect) {
  Change change;
  change.id = "verdicts." + is.id;
  change.area = Area::verdicts;
  change.effect = effect;
  change.what = is.title + " (" + std::string(to_string(is.level)) + ")";
  change.before = in_words(was);
  change.after = in_words(is);
  change.exchange = evidence(is);
  change.exchange_before = evidence(was);
  return change;
}

Change plain(std::string id, Effect effect, std::string what, const std::string& before, const std::string& after) {
  Change change;
  change.id = "verdicts." + std::move(id);
  change.area = Area::verdicts;
  change.effect = effect;
  change.what = std::move(what);
  change.before = shortened(before, 400);
  change.after = shortened(after, 400);
  return change;
}

void compare_handshakes(const Run& before, const Run& after, Changes& changes) {
  const std::string &was = before.handshake_problem, &is = after.handshake_problem;
  const auto agreed = [](const Run& run) { return run.server ? run.server->revision : ""; };
  if (was == is || before.interrupted || after.interrupted) return;
  Change change = is.empty() ? plain("handshake", Effect::better, "a session can be opened", was, agreed(after))
                  : was.empty()
                      ? plain("handshake", Effect::broken, "no session can be opened any more", agreed(before), is)
                      : plain("handshake", Effect::changed, "no session can be opened, for another reason", was, is);
  change.exchange = after.first_failure;
  change.exchange_before = before.first_failure;
  changes.push_back(std::move(change));
}

void compare_servers(const Run& before, const Run& after, Changes& changes) {
  if (!before.server || !after.server) return;
  const ServerFacts &was = *before.server, &is = *after.server;
  const auto look = [&](const char* id, const char* what, const std::string& a, const std::string& b, Effect effect) {
    if (a != b) changes.push_back(plain(id, effect, what, a, b));
  };
  if (!is.revision.empty() && !was.revision.empty())
    look("revision", "another protocol revision is agreed", was.revision, is.revision, Effect::changed);
  look("transport", "another transport is used", std::string(to_string(was.transport)),
       std::string(to_string(is.transport)), Effect::changed);
  look("server-name", "the server has another name", was.name, is.name, Effect::wording);
  look("server-version", "the server has another version", was.version, is.version, Effect::wording);
}

// Of one check in both runs. Without a session nothing was judged, and one line about that says it all.
std::optional<Change> compare_outcomes(const Outcome& was, const Outcome& is, bool both_met) {
  std::optional<Effect> effect = effect_of(was, is);
  // It works, but not every time.
  if (effect == Effect::broken && !breaks_beyond_chance(was, is)) effect = Effect::changed;
  if (effect && (both_met || (judged(was.verdict) && judged(is.verdict)))) return verdict_change(was, is, *effect);
  const bool both_fail = was.verdict == Verdict::fail && is.verdict == Verdict::fail;
  // It came and went before.
  if (both_fail && was.flaky() && breaks_beyond_chance(was, is)) return verdict_change(was, is, Effect::broken);
  if (both_fail && findings_of(was) != findings_of(is)) return verdict_change(was, is, Effect::changed);
  return std::nullopt;
}

}  // namespace

bool are_judged_by_others(const Run& before, const Run& after) {
  const bool by_tool = before.exercise && after.exercise;
  const Outcomes was = checks_by_id(before, by_tool), is = checks_by_id(after, by_tool);
  return !(was.empty() && is.empty()) && std::none_of(was.begin(), was.end(), [&](const auto& each) {
    const auto twin = is.find(each.first);
    return twin != is.end() && (judged(each.second->verdict) || judged(twin->second->verdict));
  });
}

bool breaks_beyond_chance(const Outcome& before, const Outcome& after) {
  if (before.broken_runs == 0 && (after.runs == 1 || after.broken_runs == after.runs)) return true;
  const std::size_t broken = before.broken_runs + after.broken_runs;
  double as_much = 0;
  for (std::size_t here = after.broken_runs; here <= std::min(broken, after.runs); ++here)
    as_much += choices(after.runs, here) * choices(before.runs, broken - here);
  return as_much <= 0.05 * choices(before.runs + after.runs, broken);
}

Changes compare_verdicts(const Run& before, const Run& after, std::vector<std::string>& doubts,
                         std::vector<std::string>& notes) {
  Changes changes;
  compare_handshakes(before, after, changes);
  compare_servers(before, after, changes);
  const bool both_met = before.handshake_problem.empty() && after.handshake_problem.empty();
  const bool by_tool = before.exercise && after.exercise;
  const Outcomes was = by_id(before, by_tool), is = by_id(after, by_tool);
  std::size_t lonely = 0;
  for (const auto& [id, outcome] : was) {
    const auto found = is.find(id);
    if (found == is.end()) {
      ++lonely;
      continue;
    }
    if (std::optional<Change> change = compare_outcomes(*outcome, *found->second, both_met))
      changes.push_back(std::move(*change));
    else if (outcome->flaky() && found->second->flaky())
      notes.push_back(id + " comes and goes in both: " + times_broken(*outcome) + ", and in " +
                      std::to_string(found->second->broken_runs) + " of " + std::to_string(found->second->runs));
  }
  for (const auto& [id, outcome] : is) lonely += was.count(id) == 0 ? 1 : 0;
  if (lonely > 0 && !was.empty() && !is.empty())
    doubts.push_back("in one of the two runs only, and not compared: " + plural(lonely, "check", "checks"));
  return changes;
}

}  // namespace mcplumb
