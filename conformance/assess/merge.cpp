#include "conformance/assess/merge.hpp"

#include <algorithm>
#include <map>

#include "conformance/assess/trace_merge.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kFindingsMerged = 5;

bool looks_at_time(const Expectations& expectations) {
  return std::any_of(expectations.all.begin(), expectations.all.end(), [](const Expectation& each) {
    return each.path == "took" || each.path.find("timing") != std::string::npos ||
           each.path.find("events") != std::string::npos || each.path.find("stream") != std::string::npos;
  });
}

bool needs_quiet(const Step& step) {
  switch (step.verb) {
    case Verb::wait:
    case Verb::pause:
    case Verb::await:
    case Verb::finish:
    case Verb::listen:
    case Verb::call:
      return true;
    default:
      break;
  }
  for (const Expectations* list : {&step.expect, &step.prefer, &step.mention, &step.require})
    if (looks_at_time(*list)) return true;
  return std::any_of(step.steps.begin(), step.steps.end(), [](const Step& inner) { return needs_quiet(inner); });
}

void combine(Outcome& kept, Outcome other) {
  if (says_more(other.verdict, kept.verdict)) std::swap(kept, other);
  kept.judged += other.judged;
  for (Finding& finding : other.findings)
    if (kept.findings.size() < kFindingsMerged) kept.findings.push_back(std::move(finding));
}

// What a process could not do for want of a session of its own is no reason to be green.
void mark_lost(Run& part) {
  if (part.handshake_problem.empty()) return;
  for (Outcome& outcome : part.outcomes) {
    if (!outcome.left_out) continue;
    outcome.verdict = Verdict::inconclusive;
    outcome.reason = "no further session could be opened: " + part.handshake_problem;
    outcome.left_out = false;
  }
}

}  // namespace

bool needs_quiet(const Check& check) {
  if (!check.judge.empty() || check.watch == Watch::run) return true;
  if (std::find(check.needs.begin(), check.needs.end(), Need{NeedKind::slow}) != check.needs.end()) return true;
  for (const Expectations* list : {&check.where, &check.expect, &check.prefer, &check.mention})
    if (looks_at_time(*list)) return true;
  return std::any_of(check.steps.begin(), check.steps.end(), [](const Step& step) { return needs_quiet(step); });
}

Run merge_runs(Run whole, std::vector<Run> parts, const std::vector<std::string>& order) {
  std::map<std::string, Outcome> outcomes;
  const auto take = [&](std::vector<Outcome>& from) {
    for (Outcome& outcome : from) {
      const auto [place, fresh] = outcomes.try_emplace(outcome.id, outcome);
      if (!fresh) combine(place->second, std::move(outcome));
    }
  };
  take(whole.outcomes);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Run& part = parts[i];
    if (whole.handshake_problem.empty()) mark_lost(part);
    append_trace(whole.trace, part, "p" + std::to_string(i + 1) + ".");
    take(part.outcomes);
    whole.interrupted = whole.interrupted || part.interrupted;
    whole.cancelled = whole.cancelled || part.cancelled;
  }
  whole.outcomes.clear();
  for (const std::string& id : order) {
    const auto found = outcomes.find(id);
    if (found != outcomes.end()) whole.outcomes.push_back(std::move(found->second));
  }
  return whole;
}

}  // namespace mcplumb
