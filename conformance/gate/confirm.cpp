#include "conformance/gate/confirm.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include "conformance/assess/repeat.hpp"
#include "conformance/compare/compare.hpp"
#include "conformance/compare/exercise_diff.hpp"
#include "conformance/record/latency.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kSuspectsAtMost = 12;
constexpr std::size_t kFirstTries = 2, kMoreTries = 8;  // with the first run: three of three, or eleven

struct Suspect {
  std::size_t suite;  // that the check stands in
  const Check* check;
  Outcome *before, *after;
};

Outcome* find(Run& run, const std::string& id) {
  for (Outcome& outcome : run.outcomes)
    if (outcome.id == id) return &outcome;
  return nullptr;
}

std::vector<Suspect> suspects(Run& before, Run& after, const std::vector<Suite>& suites) {
  std::map<std::string_view, Outcome*> broken;
  for (Outcome& outcome : after.outcomes) {
    const bool tried = outcome.runs > 1;  // in an earlier bisect
    if (!tried && is_broken(outcome)) broken.emplace(outcome.id, &outcome);
  }
  std::vector<Suspect> found;
  for (std::size_t i = 0; i < suites.size(); ++i)
    for (const Check& check : suites[i].checks) {
      const auto is = broken.find(check.id);
      Outcome* was = is == broken.end() || check.steps.empty() ? nullptr : find(before, check.id);
      if (was != nullptr && !is_broken(*was)) found.push_back({i, &check, was, is->second});
    }
  return found;
}

const ToolUse* find_use(const Exercise& exercise, const std::string& tool) {
  for (const ToolUse& use : exercise.tools)
    if (use.tool == tool) return &use;
  return nullptr;
}

// What came once, and not again.
void doubt_faults(Exercise& after, const Exercise& again) {
  for (ToolUse& use : after.tools) {
    const ToolUse* tried = find_use(again, use.tool);
    if (tried == nullptr || tried->calls() == 0) continue;
    for (ToolFault& fault : use.faults) fault.by_chance = tried->find(fault.kind) == nullptr;
  }
}

// What was not seen at first, and is there.
void add_faults(Exercise& before, const Exercise& again) {
  for (ToolUse& use : before.tools) {
    const ToolUse* tried = find_use(again, use.tool);
    if (tried == nullptr) continue;
    for (ToolFault fault : tried->faults) {
      if (use.find(fault.kind) != nullptr) continue;
      fault.exchange.reset();
      fault.by_chance = true;
      use.faults.push_back(std::move(fault));
    }
  }
}

const Observation* find(const std::vector<Observation>& observations, const std::string& id) {
  for (const Observation& each : observations)
    if (each.id == id) return &each;
  return nullptr;
}

bool hangs_on_the_machine(const Observation& observation) {
  return is_latency(observation) || observation.unit == "ms" || observation.unit == "share";
}

// Ids of what is worse after, and may be so because the machine was busy.
std::vector<std::string> slower(const std::vector<Observation>& before, const std::vector<Observation>& after) {
  std::vector<std::string> unread, ids;
  Changes changes = compare_observations(before, after, unread, unread);
  for (Change& more : compare_latencies(before, after)) changes.push_back(std::move(more));
  for (const Change& change : changes) {
    const Observation* is = find(after, change.id);
    if (is != nullptr && change.effect != Effect::better && hangs_on_the_machine(*is)) ids.push_back(change.id);
  }
  return ids;
}

void take_second(Run& run, const Observation& second) {
  for (Observation& each : run.observations) {
    if (each.id != second.id) continue;
    const std::string first = each.value;
    each = second;
    each.exchange.reset();
    each.at_first = first;
  }
}

bool can_be_compared(const Run& run) { return run.handshake_problem.empty() && !run.interrupted && !run.stop; }

std::string id_of_try(const std::string& id, std::size_t number) { return id + "#" + std::to_string(number); }

// The suites with `times` copies of each suspect, and nothing else.
std::vector<Suite> copies(const std::vector<Suite>& suites, const std::vector<Suspect>& suspects, std::size_t times) {
  std::vector<Suite> made = suites;
  for (Suite& suite : made) suite.checks.clear();
  for (const Suspect& suspect : suspects)
    for (std::size_t number = 0; number < times; ++number) {
      Check& copy = made[suspect.suite].checks.emplace_back(*suspect.check);
      copy.id = id_of_try(suspect.check->id, number);
    }
  return made;
}

void try_alone(GateSide side, const std::vector<Suspect>& suspects, const std::vector<Suite>& suites, std::size_t times,
               const RunAgain& again) {
  if (suspects.empty()) return;
  std::optional<Run> run = again(side, copies(suites, suspects, times), Which::all);
  if (!run) return;
  for (const Suspect& suspect : suspects)
    for (std::size_t number = 0; number < times; ++number) {
      const Outcome* tried = find(*run, id_of_try(suspect.check->id, number));
      if (tried != nullptr && !tried->left_out)
        add_try(side == GateSide::after ? *suspect.after : *suspect.before, *tried, "when it was tried again");
    }
}

// Those that went wrong each time after, and never before, are settled.
std::vector<Suspect> unsettled(std::vector<Suspect> suspects) {
  std::erase_if(suspects, [](const Suspect& each) { return breaks_beyond_chance(*each.before, *each.after); });
  return suspects;
}

// What fails only among the others may hang on what was done before it: then it fails there again.
void try_among_others(const std::vector<Suspect>& suspects, const std::vector<Suite>& suites, const RunAgain& again) {
  if (suspects.empty()) return;
  std::optional<Run> run = again(GateSide::after, suites, Which::of_the_gate);
  if (!run || !can_be_compared(*run)) return;
  for (const Suspect& suspect : suspects) {
    const Outcome* tried = find(*run, suspect.check->id);
    if (tried == nullptr || tried->left_out) continue;
    if (is_broken(*tried) && suspect.before->broken_runs == 0) suspect.after->runs = suspect.after->broken_runs = 1;
    add_try(*suspect.after, *tried, "when everything was run again");
  }
}

}  // namespace

bool confirm_tools(Run& before, Run& after, const CallAgain& again) {
  if (!can_be_compared(before) || !can_be_compared(after) || !before.exercise || !after.exercise) return false;
  const std::vector<std::string> broken = tools_that_broke(*before.exercise, *after.exercise);
  if (broken.empty() || broken.size() > kSuspectsAtMost) return false;
  if (const std::optional<Exercise> tried = again(GateSide::after, broken)) doubt_faults(*after.exercise, *tried);
  if (const std::optional<Exercise> tried = again(GateSide::before, broken)) add_faults(*before.exercise, *tried);
  return true;
}

bool confirm_times(Run& before, Run& after, const ObserveAgain& again) {
  if (!can_be_compared(before) || !can_be_compared(after)) return false;
  const std::vector<std::string> suspected = slower(before.observations, after.observations);
  if (suspected.empty() || suspected.size() > kSuspectsAtMost) return false;
  const std::vector<Observation> is = again(GateSide::after, suspected), was = again(GateSide::before, suspected);
  const std::vector<std::string> still = slower(was, is);
  for (const std::string& id : suspected) {
    const Observation *second = find(is, id), *second_before = find(was, id);
    if (second == nullptr || second_before == nullptr || std::find(still.begin(), still.end(), id) != still.end())
      continue;
    take_second(before, *second_before);
    take_second(after, *second);
  }
  return true;
}

bool confirm_breaks(Run& before, Run& after, const std::vector<Suite>& suites, const RunAgain& again) {
  if (!can_be_compared(before) || !can_be_compared(after)) return false;
  const std::vector<Suspect> all = suspects(before, after, suites);
  if (all.empty() || all.size() > kSuspectsAtMost) return false;
  for (const Suspect& each : all) each.after->broken_runs = each.after->runs;
  std::vector<Suspect> open = all;
  for (const std::size_t times : {kFirstTries, kMoreTries}) {
    for (const GateSide side : {GateSide::after, GateSide::before}) try_alone(side, open, suites, times, again);
    open = unsettled(std::move(open));
  }
  try_among_others(open, suites, again);
  return true;
}

}  // namespace mcplumb
