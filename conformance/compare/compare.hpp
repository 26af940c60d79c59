// Two runs, compared as values: of one server before and after an upgrade, or of two servers.
#pragma once

#include "conformance/compare/change.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// A difference that was looked at and accepted.
struct Tolerance {
  std::string change;  // a glob over Change::id
  std::string reason;
};

struct Side {
  std::string name, target, started, tool_version;
  std::string server;   // name and version; empty without a session
  std::string problem;  // why there was no session, or no run at all; empty = there was one
  Summary summary;
  int exit_code = 0;
  bool interrupted = false;
  // Known to a gate only:
  std::vector<std::string> versions;  // "mcp 1.23.0", as the environment's list command printed them
  std::vector<std::string> log;       // the last lines of what went wrong
  std::string run_file;               // where the run was written
  Micros prepared_in = kNever, ready_in = kNever;
};

// Whether the upgrade may be made. In doubt, because something could not be compared: unknown.
enum class Safety { safe, changed, broken, unknown };
std::string_view to_string(Safety safety);

// "mcp 1.22.0 -> 1.23.0"; an empty version means: not there.
struct VersionChange {
  std::string package, before, after;
};
std::vector<VersionChange> version_changes(const Side& before, const Side& after);

struct Comparison {
  std::string title;  // of the gate; empty for two files
  Side before, after;
  Changes changes;                  // tolerated ones last; the others by effect, worst first
  std::vector<Diagnosis> causes;    // what explains the run after and did not the run before, strongest first
  std::vector<std::string> notes;   // what is no difference, and worth a word all the same; sentences
  std::vector<std::string> doubts;  // what could not be compared, and tolerances that fitted nothing; sentences
  bool incomplete = false;  // a run ended early, or judged nothing; what was seen to break is broken all the same
  // What keeps clients from working after, for certain, and was not accepted: "Events are held back [R-BUFFERED]";
  // empty = nothing.
  std::string harm;
  // Budgets that do not hold after, and did not before either, so that nothing broke: "tool.*.p95<300ms (p95 ...)".
  std::vector<std::string> unheld;
  // Why there can be no answer, whatever was seen: `before` does not work as it is, or a signal ended the comparing.
  // One sentence; empty = there can be one.
  std::string no_answer;
  ExitCode no_answer_code = kNothingJudged;
};

struct CompareOptions {
  std::vector<Tolerance> tolerances;
  Changes more;  // found by the caller, to be weighed with the others
  std::string before_name = "before", after_name = "after";
};

Comparison compare_runs(const Run& before, const Run& after, const CompareOptions& options = {});

void give_no_answer(Comparison& comparison, std::string why);
void cancel(Comparison& comparison);  // a signal ended it: what was seen until then is no answer

Safety safety_of(const Comparison& comparison);
// In one line: "broken: 1 check fails that passed, and 2 tools are gone".
std::string answer_line(const Comparison& comparison);
// kConforms: safe or changed, kFailed if a budget does not hold, and kHarmful if there is harm; kRegression: broken,
// with `strict` changed, too. Unknown: kNothingJudged, or what the run before met instead of a session, kUnreachable or
// kAuthorization.
ExitCode exit_code(const Comparison& comparison, bool strict);

// A check that is broken after more often than chance allows (Fisher's exact test, one side, 5 %). What was broken each
// time after and never before is, however often it was tried.
bool breaks_beyond_chance(const Outcome& before, const Outcome& after);

// For the parts of compare_runs.
Changes compare_verdicts(const Run& before, const Run& after, std::vector<std::string>& doubts,
                         std::vector<std::string>& notes);
// Both were judged by checks, or one of them was, and no check that was judged in one is in the other as well.
bool are_judged_by_others(const Run& before, const Run& after);
Changes compare_observations(const std::vector<Observation>& before, const std::vector<Observation>& after,
                             std::vector<std::string>& doubts, std::vector<std::string>& notes);
// What got slower, or faster, by more than its spread. Never broken: how much is too much a budget says.
Changes compare_latencies(const std::vector<Observation>& before, const std::vector<Observation>& after);
// Kinds of lines that speak of trouble, numbers and names taken out, so that two logs can be compared.
std::vector<std::string> log_signatures(std::string_view log);
Changes compare_logs(const std::vector<std::string>& before, const std::vector<std::string>& after);

}  // namespace mcplumb
