#include "conformance/assess/eras.hpp"

#include <algorithm>
#include <map>

#include "client/session/session.hpp"
#include "client/transport/era.hpp"
#include "conformance/assess/trace_merge.hpp"
#include "conformance/engine/refusal.hpp"
#include "conformance/record/exit_code.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kFindingsKeptOfBoth = 8;

bool is_of_another_revision(const Outcome& outcome) {
  return outcome.verdict == Verdict::skip && outcome.reason.starts_with("not a rule of revision");
}

bool same_finding(const Finding& a, const Finding& b) {
  return a.path == b.path && a.expected == b.expected && a.severity == b.severity;
}

void take_findings(Outcome& outcome, std::vector<Finding> more) {
  for (Finding& finding : more) {
    const bool known = std::any_of(outcome.findings.begin(), outcome.findings.end(),
                                   [&](const Finding& each) { return same_finding(each, finding); });
    if (!known && outcome.findings.size() < kFindingsKeptOfBoth) outcome.findings.push_back(std::move(finding));
  }
  std::stable_sort(outcome.findings.begin(), outcome.findings.end(),
                   [](const Finding& a, const Finding& b) { return is_worse(a.severity, b.severity); });
}

// One check in two revisions. What is no rule in one of them was judged in the other alone.
Outcome both(Outcome first, Outcome second, const std::string& revision, const std::string& other) {
  const RevisionVerdict verdicts[] = {{revision, first.verdict, first.reason}, {other, second.verdict, second.reason}};
  for (Finding& finding : first.findings) finding.revision = revision;
  for (Finding& finding : second.findings) finding.revision = other;
  if (is_of_another_revision(first) || (!is_of_another_revision(second) && says_more(second.verdict, first.verdict)))
    std::swap(first, second);
  first.judged += second.judged;
  first.took += second.took;
  first.left_out = first.left_out && second.left_out;
  take_findings(first, std::move(second.findings));
  for (EarlierTry& attempt : second.earlier) first.earlier.push_back(std::move(attempt));
  first.in.assign(std::begin(verdicts), std::end(verdicts));
  return first;
}

void merge_outcomes(Run& run, Run& second, const std::string& other) {
  std::map<std::string, Outcome*> others;
  for (Outcome& outcome : second.outcomes) others.emplace(outcome.id, &outcome);
  const std::string revision = run.server->revision;
  for (Outcome& outcome : run.outcomes) {
    const auto twin = others.find(outcome.id);
    if (twin != others.end()) outcome = both(std::move(outcome), std::move(*twin->second), revision, other);
  }
}

void merge_diagnoses(Run& run, Run& second) {
  for (Diagnosis& diagnosis : second.diagnoses) {
    const auto twin = std::find_if(run.diagnoses.begin(), run.diagnoses.end(),
                                   [&](const Diagnosis& each) { return each.rule == diagnosis.rule; });
    if (twin == run.diagnoses.end())
      run.diagnoses.push_back(std::move(diagnosis));
    else if (diagnosis.confidence < twin->confidence)
      *twin = std::move(diagnosis);
  }
  for (Likeness& likeness : second.looks_like)
    if (std::none_of(run.looks_like.begin(), run.looks_like.end(),
                     [&](const Likeness& each) { return each.what == likeness.what; }))
      run.looks_like.push_back(std::move(likeness));
}

std::optional<RevisionLook> refused(const Run& second, const std::string& revision) {
  if (second.handshake_problem.empty() || !second.first_failure) return std::nullopt;
  const Exchange& asked = second.trace.exchanges[*second.first_failure];
  if (found_of_refusal(asked) != RevisionLook::Found::refused) return std::nullopt;
  return RevisionLook{revision, RevisionLook::Found::refused, second.handshake_problem, std::nullopt};
}

}  // namespace

Run merge_eras(Run first, Run second, const std::string& wanted) {
  // What was agreed on is judged, and only where nothing was, what was asked for.
  const std::string revision =
      second.server && era_of(second.server->revision) == Era::stateful ? second.server->revision : wanted;
  first.took += second.took;
  first.interrupted = first.interrupted || second.interrupted;
  first.cancelled = first.cancelled || second.cancelled;
  first.no_memory = first.no_memory || second.no_memory;
  if (std::optional<RevisionLook> look = refused(second, revision)) {
    first.revisions.push_back(std::move(*look));
    return first;
  }
  append_trace(first.trace, second, "e2.");
  if (is_no_verdict(second.handshake_problem)) {
    if (first.undecided.empty())
      first.undecided = "whether " + revision + " works was not found out: " + second.handshake_problem;
    return first;
  }
  OtherEra& era = first.other_era.emplace();
  era.revision = revision;
  era.server = std::move(second.server);
  era.problem = second.handshake_problem;
  era.first_failure = second.first_failure;
  era.surface = std::move(second.surface);
  if (!first.stop) first.stop = second.stop;
  merge_diagnoses(first, second);
  if (!era.problem.empty()) return first;
  merge_outcomes(first, second, revision);
  for (RevisionLook& look : second.revisions) first.revisions.push_back(std::move(look));
  for (Observation& observation : second.observations) {
    observation.revision = revision;
    first.observations.push_back(std::move(observation));
  }
  return first;
}

Result<Run> run_in_both_eras(const RunOptions& options, const RunOnce& run) {
  Result<Run> first = run(options);
  if (!first || !options.revision.empty() || options.one_era || options.migrate || first->interrupted || first->stop ||
      !first->handshake_problem.empty() || !first->server)
    return first;
  if (era_of(first->server->revision) != Era::stateless) return first;
  RunOptions again = options;
  again.revision = kNewestHandshakeRevision;
  again.all_of_era = true;
  if (first->exercise) again.exercise.calls -= std::min(again.exercise.calls, first->exercise->made());
  again.total_deadline = std::max<Micros>(options.total_deadline - first->took, kSecond);
  Result<Run> second = run(again);
  if (!second) return second;
  return merge_eras(std::move(*first), std::move(*second), again.revision);
}

}  // namespace mcplumb
