#include "conformance/record/run.hpp"

#include <algorithm>
#include <array>

#include "conformance/record/words.hpp"

namespace mcplumb {
namespace {

constexpr std::array<std::string_view, 7> kLevels = {"must", "must-not", "should",  "should-not",
                                                     "may",  "info",     "practice"};
constexpr std::array<std::string_view, 6> kVerdicts = {"pass", "fail", "warn", "note", "skip", "inconclusive"};
constexpr std::array<std::string_view, 4> kFound = {"spoken", "refused", "unknown", "broken"};
constexpr std::array kFromBestToWorst = {Verdict::pass, Verdict::skip,         Verdict::note,
                                         Verdict::warn, Verdict::inconclusive, Verdict::fail};

// kConforms if there was a session, or the run was interrupted before it was known.
ExitCode handshake_code(const Run& run) {
  if (run.interrupted) return kConforms;
  if (run.stop && run.stop->exchange < run.trace.exchanges.size())
    return code_without_session(&run.trace.exchanges[run.stop->exchange]);
  if (run.handshake_problem.empty()) return kConforms;
  if (is_no_verdict(run.handshake_problem)) return kNothingJudged;
  const bool known = run.first_failure && *run.first_failure < run.trace.exchanges.size();
  return code_without_session(known ? &run.trace.exchanges[*run.first_failure] : nullptr);
}

bool as_expected(const Outcome& outcome) { return outcome.expected && outcome.expected->verdict == outcome.verdict; }

}  // namespace

std::span<const std::string_view> level_words() { return kLevels; }
std::string_view to_string(Level level) { return kLevels[static_cast<std::size_t>(level)]; }
std::string_view to_string(Verdict verdict) { return kVerdicts[static_cast<std::size_t>(verdict)]; }
std::optional<Level> level_from(std::string_view text) { return word_to<Level>(text, kLevels); }
std::optional<Verdict> verdict_from(std::string_view text) { return word_to<Verdict>(text, kVerdicts); }

std::string_view to_string(RevisionLook::Found found) { return kFound[static_cast<std::size_t>(found)]; }
std::optional<RevisionLook::Found> revision_found_from(std::string_view text) {
  return word_to<RevisionLook::Found>(text, kFound);
}

Verdict severity_of(Level level, bool strict) {
  switch (level) {
    case Level::must:
    case Level::must_not:
      return Verdict::fail;
    case Level::should:
    case Level::should_not:
      return strict ? Verdict::fail : Verdict::warn;
    default:
      return Verdict::note;
  }
}

bool is_worse(Verdict one, Verdict than) {
  const auto place = [](Verdict verdict) {
    return std::find(kFromBestToWorst.begin(), kFromBestToWorst.end(), verdict) - kFromBestToWorst.begin();
  };
  return place(one) > place(than);
}

bool says_more(Verdict one, Verdict than) {
  if (one == Verdict::skip || than == Verdict::skip) return one != than && than == Verdict::skip;
  return is_worse(one, than);
}

std::string times_broken(const Outcome& outcome) {
  return "broken in " + std::to_string(outcome.broken_runs) + " of " + std::to_string(outcome.runs) + " runs";
}

void count(Summary& summary, Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      ++summary.pass;
      break;
    case Verdict::fail:
      ++summary.fail;
      break;
    case Verdict::warn:
      ++summary.warn;
      break;
    case Verdict::note:
      ++summary.note;
      break;
    case Verdict::skip:
      ++summary.skip;
      break;
    case Verdict::inconclusive:
      ++summary.inconclusive;
      break;
  }
}

bool wants_tool(const Outcome& outcome) {
  return outcome.verdict == Verdict::skip && outcome.reason.find("(--tool") != std::string::npos;
}

Summary summarize(const Run& run) {
  Summary summary;
  for (const Outcome& outcome : run.outcomes) {
    summary.flaky += outcome.flaky() ? 1 : 0;
    summary.news += is_unexpected(run, outcome) ? 1 : 0;
    summary.expected += outcome.verdict != Verdict::pass && as_expected(outcome) ? 1 : 0;
    count(summary, outcome.verdict);
  }
  return summary;
}

bool is_unexpected(const Run& run, const Outcome& outcome) {
  if (outcome.left_out) return false;
  if (run.strict && outcome.flaky()) return true;
  if (as_expected(outcome)) return false;
  if (outcome.verdict == Verdict::fail) return true;
  if (!run.baseline || !run.baseline->complete || outcome.verdict == Verdict::inconclusive) return false;
  const Verdict before = outcome.expected ? outcome.expected->verdict : Verdict::pass;
  return is_worse(outcome.verdict, before);
}

bool stopped_serving(const Run& run) {
  if (!run.stop) return false;
  const ExitCode code = handshake_code(run);
  return code == kFailed || code == kUnreachable;
}

const Diagnosis* harm_of(const Run& run) {
  for (const Diagnosis& each : run.diagnoses)
    if (each.weight == Weight::failure && each.confidence == Confidence::certain &&
        std::find(run.accepted.begin(), run.accepted.end(), each.rule) == run.accepted.end())
      return &each;
  return nullptr;
}

std::string why_not_whole(const Run& run, const std::string& name) {
  if (run.cancelled) return name + " was interrupted";
  return name + " is not whole: " +
         (run.no_memory ? "this machine had no memory left for all of it" : "--total-deadline passed");
}

ExitCode exit_code(const Run& run) {
  if (run.cancelled) return kNothingJudged;
  ExitCode code = handshake_code(run);
  bool unclear = run.interrupted, judged = false;
  for (const Outcome& outcome : run.outcomes) {
    unclear = unclear || (outcome.verdict == Verdict::inconclusive && !as_expected(outcome));
    judged = judged || (outcome.verdict != Verdict::skip && outcome.verdict != Verdict::inconclusive);
  }
  const bool broken_era = run.other_era && !run.other_era->problem.empty();
  const bool broken_revision = std::any_of(run.revisions.begin(), run.revisions.end(), [](const RevisionLook& look) {
    return look.found == RevisionLook::Found::broken;
  });
  if (!run.interrupted && (broken_era || broken_revision)) code = weightier(code, kFailed);
  if (summarize(run).news > 0) code = weightier(code, kFailed);
  if (!run.interrupted && harm_of(run) != nullptr) code = weightier(code, kHarmful);
  unclear = unclear || !run.wanted_revision.empty() || !run.undecided.empty();
  if (unclear || !judged) code = weightier(code, kNothingJudged);
  if (run.baseline && !run.baseline->stale.empty()) code = weightier(code, kStaleBaseline);
  return code;
}

Run without_evidence(const Run& run) {
  Run bare;
  bare.tool_version = run.tool_version;
  bare.target = run.target;
  bare.started = run.started;
  bare.took = run.took;
  bare.strict = run.strict;
  bare.interrupted = bare.no_memory = true;
  bare.cancelled = run.cancelled;
  bare.undecided = run.undecided;
  bare.handshake_problem = run.handshake_problem;
  bare.wanted_revision = run.wanted_revision;
  if (run.server) {
    bare.server.emplace(*run.server);
    bare.server->capabilities = nullptr;
  }
  for (const Outcome& outcome : run.outcomes) {
    Outcome& kept = bare.outcomes.emplace_back();
    kept.id = outcome.id;
    kept.title = outcome.title;
    kept.suite = outcome.suite;
    kept.level = outcome.level;
    kept.verdict = outcome.verdict;
    kept.reason = outcome.reason;
    kept.spec = outcome.spec;
    kept.left_out = outcome.left_out;
    kept.expected = outcome.expected;
    for (Finding finding : outcome.findings) {
      finding.exchange.reset();
      kept.findings.push_back(std::move(finding));
    }
  }
  return bare;
}

}  // namespace mcplumb
