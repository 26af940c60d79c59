#include "conformance/assess/repeat.hpp"

#include <algorithm>

namespace mcplumb {
namespace {

bool was_good(const Run& run) { return exit_code(run) == kConforms; }

const Outcome* find(const std::vector<Outcome>& outcomes, const std::string& id) {
  for (const Outcome& outcome : outcomes)
    if (outcome.id == id) return &outcome;
  return nullptr;
}

// What went wrong in a run whose trace is not kept.
void take_over(Outcome& outcome, const Outcome& broken, const std::string& when) {
  outcome.verdict = broken.verdict;
  outcome.findings = broken.findings;
  for (Finding& finding : outcome.findings) finding.exchange.reset();
  outcome.reason = when + ", whose requests are not kept" + (broken.reason.empty() ? "" : ": " + broken.reason);
}

// `base` and what the runs of `other` add to its counts.
void count(Run& base, const Run& other, std::size_t other_number) {
  for (Outcome& outcome : base.outcomes) {
    const Outcome* twin = find(other.outcomes, outcome.id);
    if (twin == nullptr) continue;
    if (is_broken(*twin) && !is_broken(outcome)) take_over(outcome, *twin, "in run " + std::to_string(other_number));
    outcome.runs += twin->runs;
    outcome.broken_runs += twin->broken_runs;
  }
}

}  // namespace

bool is_broken(const Outcome& outcome) {
  return outcome.verdict == Verdict::fail || outcome.verdict == Verdict::inconclusive;
}

bool is_as_good_as(const Run& alone, const Run& beside) {
  if (exit_code(alone) != exit_code(beside)) return false;
  return std::all_of(beside.outcomes.begin(), beside.outcomes.end(), [&](const Outcome& outcome) {
    const Outcome* twin = is_broken(outcome) ? find(alone.outcomes, outcome.id) : nullptr;
    return !is_broken(outcome) || (twin != nullptr && twin->verdict == outcome.verdict);
  });
}

void mention_beside(Run& kept, const std::vector<Outcome>& beside) {
  for (Outcome& outcome : kept.outcomes) {
    const Outcome* twin = is_broken(outcome) ? nullptr : find(beside, outcome.id);
    if (twin == nullptr || !is_broken(*twin)) continue;
    Finding finding{Verdict::note, "", "the same in each run", std::string(to_string(twin->verdict)), {}, ""};
    if (!twin->findings.empty())
      finding = twin->findings.front();
    else if (!twin->reason.empty())
      finding.actual += " (" + twin->reason + ")";
    finding.severity = Verdict::note;
    finding.exchange.reset();
    finding.actual += " while other runs were going on, and as expected when none was";
    outcome.findings.push_back(std::move(finding));
    if (outcome.verdict == Verdict::pass) outcome.verdict = Verdict::note;
  }
}

void add_try(Outcome& kept, const Outcome& more, const std::string& when) {
  if (more.verdict == Verdict::skip) return;
  if (is_broken(more) && !is_broken(kept)) take_over(kept, more, when);
  ++kept.runs;
  if (is_broken(more)) ++kept.broken_runs;
}

void add_repetition(std::optional<Run>& kept, Run next) {
  for (Outcome& outcome : next.outcomes) outcome.broken_runs = is_broken(outcome) ? 1 : 0;
  const Repetition repetition{exit_code(next), next.took};
  if (!kept) {
    kept = std::move(next);
    kept->repetitions = {repetition};
    return;
  }
  const auto is_bad = [](const Repetition& one) { return one.exit_code != 0; };
  const bool good_so_far = std::none_of(kept->repetitions.begin(), kept->repetitions.end(), is_bad);
  std::vector<Repetition> repetitions = kept->repetitions;
  repetitions.push_back(repetition);
  const Micros took = kept->took + next.took;
  const bool interrupted = kept->interrupted || next.interrupted, cancelled = kept->cancelled || next.cancelled,
             no_memory = kept->no_memory || next.no_memory;
  if (good_so_far && !was_good(next)) {
    count(next, *kept, 1);
    kept = std::move(next);
  } else {
    count(*kept, next, repetitions.size());
  }
  kept->repetitions = std::move(repetitions);
  kept->took = took;
  kept->interrupted = interrupted;
  kept->cancelled = cancelled;
  kept->no_memory = no_memory;
}

}  // namespace mcplumb
