#include "conformance/record/eras.hpp"

namespace mcplumb {
namespace {

void keep_verdicts_of(Run& part, const std::string& revision) {
  for (Outcome& outcome : part.outcomes) {
    for (const RevisionVerdict& each : outcome.in)
      if (each.revision == revision) {
        outcome.verdict = each.verdict;
        outcome.reason = each.reason;
      }
    // What both found is told once, and stands for both.
    if (!is_worse(outcome.verdict, Verdict::skip)) outcome.findings.clear();
    outcome.in.clear();
  }
}

}  // namespace

std::vector<EraPart> eras_of(const Run& run) {
  const std::string own = run.server ? run.server->revision : "";
  if (!run.other_era) return {{own, run}};
  std::vector<EraPart> parts(2, {own, run});
  for (EraPart& part : parts) {
    part.run.trace = {};
    part.run.other_era.reset();
  }
  const OtherEra& other = *run.other_era;
  Run& second = parts[1].run;
  parts[1].revision = other.revision;
  second.server = other.server;
  second.handshake_problem = other.problem;
  second.first_failure = other.first_failure;
  second.surface = other.surface;
  second.exercise.reset();  // that of the first is kept
  std::erase_if(parts[0].run.observations, [](const Observation& each) { return !each.revision.empty(); });
  std::erase_if(second.observations, [](const Observation& each) { return each.revision.empty(); });
  for (EraPart& part : parts) keep_verdicts_of(part.run, part.revision);
  return parts;
}

}  // namespace mcplumb
