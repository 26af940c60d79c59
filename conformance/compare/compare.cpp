#include "conformance/compare/compare.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "client/transport/era.hpp"
#include "conformance/compare/era_diff.hpp"
#include "conformance/compare/exercise_diff.hpp"
#include "conformance/compare/surface_diff.hpp"
#include "conformance/language/budget.hpp"
#include "conformance/language/selection.hpp"

namespace mcplumb {
namespace {

Side side_of(const Run& run, const std::string& name) {
  Side side;
  side.name = name;
  side.target = run.target;
  side.started = run.started;
  side.tool_version = run.tool_version;
  if (run.server) side.server = run.server->name + (run.server->version.empty() ? "" : " " + run.server->version);
  side.problem = run.handshake_problem;
  side.summary = summarize(run);
  side.exit_code = exit_code(run);
  side.interrupted = run.interrupted;
  return side;
}

void append(Changes& all, Changes more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void tolerate(Comparison& comparison, const std::vector<Tolerance>& tolerances) {
  for (const Tolerance& tolerance : tolerances) {
    bool fits = false;
    for (Change& change : comparison.changes) {
      if (!glob_matches(tolerance.change, change.id)) continue;
      fits = true;
      if (change.tolerated.empty()) change.tolerated = tolerance.reason;
    }
    if (!fits) comparison.doubts.push_back("nothing fits the tolerated " + tolerance.change + "; it can go");
  }
}

std::size_t count(const Comparison& comparison, Effect effect) {
  return static_cast<std::size_t>(std::count_if(comparison.changes.begin(), comparison.changes.end(),
                                                [&](const Change& change) { return change.counts(effect); }));
}

bool judged_nothing(const Run& run) {
  const Summary sum = summarize(run);
  return sum.pass + sum.warn + sum.note + sum.fail == 0;
}

void add_gap(Comparison& comparison, std::string what) {
  comparison.incomplete = true;
  comparison.doubts.push_back(std::move(what));
}

// A side that says too little to be compared.
void look_for_gaps(Comparison& comparison, const Side& side, const Run& run) {
  const auto gap = [&](std::string what) { add_gap(comparison, std::move(what)); };
  if (side.interrupted) gap(why_not_whole(run, "the run " + side.name));
  if (run.stop) gap("the run " + side.name + " ended early: " + run.stop->problem);
  if (!run.handshake_problem.empty() || !judged_nothing(run)) return;
  if (!run.outcomes.empty())
    gap("no check was judged in the run " + side.name + "; all were skipped or inconclusive");
  else if (run.observations.empty() && !run.surface)
    gap("the run " + side.name + " holds nothing to compare with");
}

void look_for_common_checks(Comparison& comparison, const Run& before, const Run& after) {
  const bool both_met = before.handshake_problem.empty() && after.handshake_problem.empty();
  if (both_met && are_judged_by_others(before, after))
    add_gap(comparison,
            "no check was judged that is in both runs, so no verdict was compared; run the same checks twice");
}

// Why nobody can work with the server although a session can be opened: none of its lists can be read. Empty: somebody
// can.
std::string why_useless(const std::optional<Surface>& surface) {
  if (!surface || surface->problems.empty()) return "";
  for (const KeptMessage* list : {&surface->tools, &surface->prompts, &surface->resources, &surface->templates})
    if (!list->is_null()) return "";
  return "its lists cannot be read: " + surface->problems.front();
}

std::string why_useless(const Run& run) {
  if (run.stop) return run.stop->problem;
  if (!run.handshake_problem.empty()) return run.handshake_problem;
  const bool other_works = run.other_era && run.other_era->server && why_useless(run.other_era->surface).empty();
  return other_works ? "" : why_useless(run.surface);
}

// One of them was served nothing any more from some request on.
void compare_service(const Run& before, const Run& after, Changes& changes) {
  const bool was = stopped_serving(before), is = stopped_serving(after);
  if (was == is || (before.stop && !was) || (after.stop && !is)) return;
  const Stop& stop = is ? *after.stop : *before.stop;
  Change change;
  change.id = "verdicts.service";
  change.area = Area::verdicts;
  change.effect = is ? Effect::broken : Effect::better;
  change.what = is ? "requests are not served any more" : "requests are served";
  (is ? change.after : change.before) = shortened(stop.problem, 400);
  (is ? change.exchange : change.exchange_before) = stop.exchange;
  changes.push_back(std::move(change));
}

// What does not work as it is cannot get worse: then nothing that is the same is safe.
void look_for_ground(Comparison& comparison, const Run& before, const Run& after) {
  if (before.cancelled || after.cancelled) return cancel(comparison);
  const std::string problem = why_useless(before);
  if (problem.empty()) return;
  const std::string what =
      before.stop && !stopped_serving(before) ? " could not be seen to its end: " : " does not work as it is: ";
  give_no_answer(comparison, comparison.before.name + what + shortened(problem, 400));
  const ExitCode met = exit_code(before);
  if (met == kUnreachable || met == kAuthorization) comparison.no_answer_code = met;
}

void look_for_budgets(Comparison& comparison, const Run& before, const Run& after) {
  for (const Outcome& is : after.outcomes) {
    if (is.suite != kBudgetArea || is.verdict != Verdict::fail) continue;
    const bool failed = std::any_of(before.outcomes.begin(), before.outcomes.end(), [&](const Outcome& was) {
      return was.id == is.id && was.verdict == Verdict::fail;
    });
    if (failed && !is.findings.empty())
      comparison.unheld.push_back(is.title + " (" + is.findings.front().path + " is " +
                                  shortened(is.findings.front().actual, 120) + ")");
  }
}

void join(std::string& text, const std::string& more) { text += (text.empty() ? "" : ", ") + more; }

}  // namespace

std::string_view to_string(Safety safety) {
  static constexpr std::array<std::string_view, 4> kWords = {"safe", "changed", "broken", "unknown"};
  return kWords[static_cast<std::size_t>(safety)];
}

std::vector<VersionChange> version_changes(const Side& before, const Side& after) {
  const auto packages = [](const Side& side) {
    std::map<std::string, std::string> all;
    for (const std::string& line : side.versions) {
      // "mcp==1.2", "mcp 1.2", "mcp@1.2" (npm; a scope begins with @, too)
      const std::size_t end = line.find_first_of("=@ ", 1);
      const std::size_t version = end == std::string::npos ? end : line.find_first_not_of("=@ ", end);
      all[line.substr(0, end)] = version == std::string::npos ? "" : line.substr(version);
    }
    return all;
  };
  if (before.versions.empty() || after.versions.empty()) return {};  // of one of them they are not known
  const auto was = packages(before), is = packages(after);
  std::vector<VersionChange> changes;
  for (const auto& [package, version] : was) {
    const auto found = is.find(package);
    if (found == is.end() || found->second != version)
      changes.push_back({package, version, found == is.end() ? "" : found->second});
  }
  for (const auto& [package, version] : is)
    if (was.count(package) == 0) changes.push_back({package, "", version});
  return changes;
}

namespace {

// Of the run, if it judged that era.
const Surface* stateless_surface(const Run& run) {
  const auto is_stateless = [](const std::optional<ServerFacts>& server) {
    return server && era_of(server->revision) == Era::stateless;
  };
  if (is_stateless(run.server) && run.surface) return &*run.surface;
  const bool other = run.other_era && is_stateless(run.other_era->server) && run.other_era->surface;
  return other ? &*run.other_era->surface : nullptr;
}

void add_new(std::vector<std::string>& all, std::vector<std::string> more) {
  for (std::string& each : more)
    if (std::find(all.begin(), all.end(), each) == all.end()) all.push_back(std::move(each));
}

// Two runs in one era. `newer`: what the server offers in the newer one, if that is another.
Changes compare_part(const Run& before, const Run& after, const Surface* newer, Comparison& comparison) {
  std::vector<std::string> doubts;
  Changes changes = compare_verdicts(before, after, doubts, comparison.notes);
  const bool both_met = before.handshake_problem.empty() && after.handshake_problem.empty();
  if (before.surface && after.surface)
    append(changes, compare_surfaces(*before.surface, *after.surface, newer));
  else if (both_met)
    doubts.push_back("a run holds no surface, so tools, prompts and resources were not compared");
  if (both_met) {
    append(changes, compare_observations(before.observations, after.observations, doubts, comparison.notes));
    append(changes, compare_latencies(before.observations, after.observations));
    if (before.exercise && after.exercise) append(changes, compare_exercises(*before.exercise, *after.exercise));
  }
  add_new(comparison.doubts, std::move(doubts));
  return changes;
}

}  // namespace

Comparison compare_runs(const Run& before, const Run& after, const CompareOptions& options) {
  Comparison comparison;
  comparison.before = side_of(before, options.before_name);
  comparison.after = side_of(after, options.after_name);
  comparison.changes = compare_eras(before, after, [&](const Run& was, const Run& is) {
    const bool handshake = is.server && era_of(is.server->revision) == Era::stateful;
    return compare_part(was, is, handshake ? stateless_surface(after) : nullptr, comparison);
  });
  compare_service(before, after, comparison.changes);
  append(comparison.changes, options.more);
  look_for_gaps(comparison, comparison.before, before);
  look_for_gaps(comparison, comparison.after, after);
  look_for_common_checks(comparison, before, after);
  look_for_ground(comparison, before, after);
  look_for_budgets(comparison, before, after);
  for (const Diagnosis& cause : after.diagnoses) {
    const auto known = [&](const Diagnosis& other) { return other.rule == cause.rule; };
    if (std::none_of(before.diagnoses.begin(), before.diagnoses.end(), known)) comparison.causes.push_back(cause);
  }
  if (const Diagnosis* harm = harm_of(after)) comparison.harm = harm->title + " [" + harm->rule + "]";
  tolerate(comparison, options.tolerances);
  std::stable_sort(comparison.changes.begin(), comparison.changes.end(), [](const Change& a, const Change& b) {
    return std::pair(!a.tolerated.empty(), a.effect) < std::pair(!b.tolerated.empty(), b.effect);
  });
  return comparison;
}

void give_no_answer(Comparison& comparison, std::string why) {
  comparison.incomplete = true;
  comparison.no_answer = std::move(why);
  comparison.no_answer_code = kNothingJudged;
}

void cancel(Comparison& comparison) { give_no_answer(comparison, "interrupted before everything was compared"); }

Safety safety_of(const Comparison& comparison) {
  if (!comparison.no_answer.empty()) return Safety::unknown;
  if (count(comparison, Effect::broken) > 0) return Safety::broken;
  if (comparison.incomplete) return Safety::unknown;
  return count(comparison, Effect::changed) > 0 ? Safety::changed : Safety::safe;
}

std::string answer_line(const Comparison& comparison) {
  if (!comparison.no_answer.empty()) return std::string(to_string(Safety::unknown)) + ": " + comparison.no_answer;
  std::string text;
  if (const std::size_t broken = count(comparison, Effect::broken))
    join(text, plural(broken, "thing broke", "things broke"));
  if (const std::size_t changed = count(comparison, Effect::changed))
    join(text, plural(changed, "thing works", "things work") + " differently");
  if (const std::size_t better = count(comparison, Effect::better)) join(text, std::to_string(better) + " better");
  if (const std::size_t safe = count(comparison, Effect::safe)) join(text, std::to_string(safe) + " safe");
  if (const std::size_t wording = count(comparison, Effect::wording))
    join(text, plural(wording, "text", "texts") + " reworded");
  const auto tolerated = std::count_if(comparison.changes.begin(), comparison.changes.end(),
                                       [](const Change& change) { return !change.tolerated.empty(); });
  if (tolerated > 0) join(text, std::to_string(tolerated) + " tolerated");
  if (comparison.incomplete) join(text, "not everything could be compared");
  text = std::string(to_string(safety_of(comparison))) + ": " + (text.empty() ? "no difference" : text);
  if (!comparison.unheld.empty())
    text += "; but a budget does not hold, before and after: " + comparison.unheld.front();
  return comparison.harm.empty() ? text : text + "; but clients will not work well: " + comparison.harm;
}

ExitCode exit_code(const Comparison& comparison, bool strict) {
  switch (safety_of(comparison)) {
    case Safety::broken:
      return kRegression;
    case Safety::unknown:
      return comparison.no_answer.empty() ? kNothingJudged : comparison.no_answer_code;
    case Safety::changed:
      if (strict) return kRegression;
      break;
    case Safety::safe:
      break;
  }
  if (!comparison.unheld.empty()) return kFailed;
  return comparison.harm.empty() ? kConforms : kHarmful;
}

}  // namespace mcplumb
