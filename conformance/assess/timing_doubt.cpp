#include "conformance/assess/timing_doubt.hpp"

#include <algorithm>

#include "client/text/wording.hpp"
#include "conformance/record/timing.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kTriesAtMost = 4, kTriesOfOthers = 2;  // others: checks that are not about times
constexpr Micros kLate = 150 * kMillisecond;                 // of this program, within a try

bool is_about_times(const Finding& finding) { return finding.path.starts_with("timing."); }

bool is_about_times(const Check& check, const Outcome& tried) {
  return std::find(check.tags.begin(), check.tags.end(), "timing") != check.tags.end() ||
         std::any_of(tried.findings.begin(), tried.findings.end(),
                     [](const Finding& each) { return is_about_times(each); });
}

void leave_undecided(Outcome& outcome, Micros late) {
  outcome.verdict = Verdict::inconclusive;
  outcome.reason = "this machine was too busy to judge times: mcplumb itself was " + rounded_span(late) + " late";
}

}  // namespace

bool TimingDoubt::wants_another(const Trace& trace, std::size_t first, Outcome& tried) {
  if (tried.findings.empty() || first >= trace.exchanges.size()) return false;
  const Micros late =
      longest_stall(trace, trace.exchanges[first].request.at, trace.exchanges.back().request.at + kSecond);
  const bool about_times = is_about_times(check_, tried), busy = late >= kLate;
  if (!about_times && !busy) return false;
  ++tries_;
  if (!busy && ++seen_ >= 2) return false;
  if (tries_ < (about_times ? kTriesAtMost : kTriesOfOthers)) return true;
  if (seen_ < 2 && about_times) {
    tried.findings.clear();
    leave_undecided(tried, late);
  }
  return false;
}

bool is_doubtful(const Trace& trace, const Finding& finding, Outcome& outcome) {
  if (!is_about_times(finding) || !finding.exchange || *finding.exchange >= trace.exchanges.size()) return false;
  const Exchange& exchange = trace.exchanges[*finding.exchange];
  const Micros end = exchange.ended == kNever ? exchange.request.at + 10 * kSecond : exchange.ended;
  const Micros late = longest_stall(trace, exchange.request.at, end);
  if (late < kLate) return false;
  leave_undecided(outcome, late);
  return true;
}

}  // namespace mcplumb
