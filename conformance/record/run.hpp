// A finished run, as a plain value: everything the reports show and `mcplumb report` reads back.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "client/result.hpp"
#include "client/trace.hpp"
#include "conformance/record/diagnosis.hpp"
#include "conformance/record/exercise.hpp"
#include "conformance/record/exit_code.hpp"
#include "conformance/record/migration.hpp"
#include "conformance/record/process_facts.hpp"

namespace mcplumb {

enum class Level { must, must_not, should, should_not, may, info, practice };
enum class Verdict { pass, fail, warn, note, skip, inconclusive };
std::span<const std::string_view> level_words();  // in the order of Level
std::string_view to_string(Level level);
std::string_view to_string(Verdict verdict);
std::optional<Level> level_from(std::string_view text);
std::optional<Verdict> verdict_from(std::string_view text);
Verdict severity_of(Level level, bool strict);  // of a rule of that level that is broken
// From best to worst: pass, skip, note, warn, inconclusive, fail.
bool is_worse(Verdict one, Verdict than);
// Of two verdicts on one check, the one to keep: the worse; but a skip says the least, as the other one was judged.
bool says_more(Verdict one, Verdict than);

// Of what a check prefers and does not get, by the verdict of what it expects: a check that can only note does not
// warn.
inline Verdict preferred(Verdict severity) { return severity == Verdict::note ? Verdict::note : Verdict::warn; }

// One thing that did not hold.
struct Finding {
  Verdict severity = Verdict::fail;     // fail, warn or note
  std::string path;                     // what was looked at: "header.content-type"
  std::string expected;                 // in words: "media type text/event-stream"
  std::string actual;                   // as JSON text, shortened; "absent"
  std::optional<std::size_t> exchange;  // number of the evidence in Run::trace
  std::string script_at;                // "sessions.yaml:41:9"
  std::string revision{};               // in which it was found; empty if the run judged one only
};

// A try that did not count, because the connection failed and the check was allowed another one.
struct EarlierTry {
  std::string problem;                  // one sentence
  std::optional<std::size_t> exchange;  // the evidence
  bool operator==(const EarlierTry&) const = default;
};

// What a baseline says about a check (conformance/assess/baseline.hpp).
struct Expected {
  Verdict verdict = Verdict::pass;
  std::string reason;
  bool operator==(const Expected&) const = default;
};

// The verdict of a check in one of the revisions that the run judged.
struct RevisionVerdict {
  std::string revision;
  Verdict verdict = Verdict::pass;
  std::string reason;
  bool operator==(const RevisionVerdict&) const = default;
};

struct Outcome {
  std::string id, title, suite;  // suite: the area, e.g. "sessions"
  Level level = Level::must;
  Verdict verdict = Verdict::pass;
  std::string reason;             // for skip and inconclusive always; else optional
  std::vector<Finding> findings;  // worst first
  std::size_t judged = 0;         // how many subjects a watching check looked at
  Micros took = 0;
  std::string spec;  // absolute URL
  std::string cure;
  std::vector<std::string> covers;        // catalogue rows
  std::vector<EarlierTry> earlier;        // tries before the one that is judged here
  std::size_t runs = 1, broken_runs = 0;  // with --repeat: how often it ran, how often it failed or was inconclusive
  bool left_out = false;                  // skipped because the run ended before it, not because of the server
  std::vector<RevisionVerdict> in;        // if the run judged two revisions: the verdicts, of which the worst stands
  std::optional<Expected> expected;       // absent: the baseline does not name it, or there is none

  // It works, but not every time.
  bool flaky() const { return !earlier.empty() || (broken_runs > 0 && broken_runs < runs); }
};

// "broken in 1 of 12 runs"
std::string times_broken(const Outcome& outcome);

// An entry of the baseline that no longer tells the truth.
struct StaleEntry {
  std::string id;
  Expected expected;
  std::string actual;  // the verdict, or "no such check"
  bool operator==(const StaleEntry&) const = default;
};

struct BaselineUse {
  std::string file;
  bool complete = false;  // what is no pass and not named there is news, warnings, notes and skips too
  std::vector<StaleEntry> stale;
  bool operator==(const BaselineUse&) const = default;
};

// One of several runs that were made into one.
struct Repetition {
  int exit_code = 0;
  Micros took = 0;
  bool operator==(const Repetition&) const = default;
};

// One way of speaking to the server that was tried while it was not known which one it understands.
struct Attempt {
  TransportKind transport = TransportKind::streamable_http;
  std::size_t exchange = 0;  // of its handshake, in Run::trace
  std::string problem;       // one sentence; empty = it worked
  std::string method{};      // "server/discover", or empty for what the transport usually begins with
};

struct ServerFacts {
  std::string name, version, title;  // of serverInfo
  std::string revision;              // negotiated by the first session
  nlohmann::json capabilities;
  TransportKind transport = TransportKind::streamable_http;
};

// What the server offers, as it lists it: names, texts and schemas, no contents.
struct Surface {
  nlohmann::json capabilities;  // as declared
  // Lists as they came, all pages. Null: not offered, or it could not be had; then `problems` may say why.
  KeptMessage tools, prompts, resources, templates;
  std::vector<std::string> problems;  // sentences
};

// One thing about how the server behaves that two runs can be compared by: "POST with the body `{`" -> "400 JSON".
struct Observation {
  std::string id;                       // "answer.malformed-body"
  std::string title;                    // what was looked at
  std::string value;                    // in words
  std::optional<double> number;         // for what is measured
  std::string unit;                     // of `number`: "ms", "bytes", "share"; empty without one
  std::optional<std::size_t> exchange;  // number of the evidence in Run::trace
  std::string revision{};               // in which it was made, if the run judged two and this is of the second
  // Of `number`, if it is the median of many: what a tenth of them is below, and above.
  std::optional<double> low = std::nullopt, high = std::nullopt;
  // Of a latency: how many there are of it, and the rest of what is known of them, in `unit` (latency.hpp).
  struct Samples {
    std::size_t count = 0;
    double p95 = 0, most = 0;
    bool operator==(const Samples&) const = default;
  };
  std::optional<Samples> samples = std::nullopt;
  std::string at_first{};  // the value that a gate saw first, where it did not come again; empty: it was not doubted
};

// A protocol revision that the server was asked for, beside those that were judged.
struct RevisionLook {
  enum class Found {
    spoken,   // a session was opened, and what it lists could be read
    refused,  // the server itself said that it does not speak it
    unknown,  // something else answered, or nothing did
    broken,   // it is spoken, but not well: `problem`
  };
  std::string revision;
  Found found = Found::unknown;
  std::string problem;                  // one sentence; empty if it is spoken
  std::optional<std::size_t> exchange;  // number of the evidence in Run::trace
};
std::string_view to_string(RevisionLook::Found found);
std::optional<RevisionLook::Found> revision_found_from(std::string_view text);

// The second era of a server that speaks both (client/transport/era.hpp): its newest revision is judged, too.
struct OtherEra {
  std::string revision;                      // that was agreed on, or else asked for
  std::optional<ServerFacts> server;         // absent if no session could be opened
  std::string problem;                       // why there is no session although the server does not refuse: a fault
  std::optional<std::size_t> first_failure;  // exchange that shows it
  std::optional<Surface> surface;
};

// Why the run ended before its time: from here on the server, or what stands before it, let us ask nothing more.
struct Stop {
  std::string problem;       // one sentence
  std::size_t exchange = 0;  // the evidence, in Run::trace
  bool operator==(const Stop&) const = default;
};

struct Run {
  static constexpr int kFormat = 1;  // version of the JSON form
  std::string tool_version;
  std::string target;    // as the user gave it (client/connect/target.hpp), secrets removed
  std::string manifest;  // the file about the server that was judged, too; empty: none
  std::string started;   // RFC 3339, UTC
  Micros took = 0;
  bool strict = false;
  bool interrupted = false;           // it ended before its end: by a signal, or its total deadline
  bool cancelled = false;             // it was by a signal: then there is no verdict, whatever was seen until then
  bool no_memory = false;             // a part of it was left out, as this machine had no memory left
  std::string undecided;              // what else keeps it from a verdict, one sentence; empty: nothing does
  std::optional<ServerFacts> server;  // absent if no session could be opened
  std::vector<Attempt> attempts;      // in order; empty if the first one decided it
  std::optional<std::size_t> first_failure;  // exchange that stopped the handshake, if one did
  std::string handshake_problem;             // one sentence; empty = the handshake worked
  std::string wanted_revision;               // that was asked for and not agreed on; empty: the agreed one will do
  std::optional<Stop> stop;                  // absent: nothing stood in the way
  std::optional<Micros> latency;             // median span from an ordinary request to its answer; absent: too few
  std::string
      one_at_a_time;  // why checks ran one after the other although more at once was wanted; empty = they did not
  std::optional<OtherEra> other_era;    // absent: not asked for, or the server does not speak it
  std::vector<RevisionLook> revisions;  // the others, newest first
  std::vector<Outcome> outcomes;        // in suite order
  std::optional<Surface> surface;       // absent if no session could be opened
  std::vector<Observation> observations;
  std::vector<Diagnosis> diagnoses;           // strongest first; what explains failures, and what else was noticed
  std::vector<std::string> accepted;          // rules whose causes are known and shall not count
  std::vector<Likeness> looks_like;           // who may have made the server
  std::optional<ProcessFacts> process_facts;  // absent unless we started the server and measured it
  std::optional<Migration> migration;         // only if it was asked for
  std::optional<Exercise> exercise;           // of the tools, if the user allowed any to be called
  std::optional<BaselineUse> baseline;
  std::vector<Repetition> repetitions;  // with --repeat; the trace is of the first that was not good, or the last
  Trace trace;
};

struct Summary {
  std::size_t pass = 0, fail = 0, warn = 0, note = 0, skip = 0, inconclusive = 0;
  std::size_t flaky = 0;     // of any verdict
  std::size_t expected = 0;  // no pass, but what the baseline says
  std::size_t news = 0;      // why the exit code is kFailed
};
void count(Summary& summary, Verdict verdict);
Summary summarize(const Run& run);
// It was skipped because it needs a tool that the user did not allow. The reason says how one is: "(--tool …)".
bool wants_tool(const Outcome& outcome);

// The outcome fails the run: a broken rule that no baseline expects, a difference from a complete baseline, or, with
// --strict, a flaky pass.
bool is_unexpected(const Run& run, const Outcome& outcome);

// The strongest cause that keeps clients from working, is certain, and is not accepted; null if there is none.
const Diagnosis* harm_of(const Run& run);

// The run ended early because the server serves nothing any more; not because it, or what stands before it, let us in
// no longer.
bool stopped_serving(const Run& run);

// Of a run that came to no end: "the run was interrupted", "the run is not whole: --total-deadline passed".
std::string why_not_whole(const Run& run, const std::string& name = "the run");

// Any but kUsage and kRegression; with several causes the first in kExitCodesByWeight.
ExitCode exit_code(const Run& run);

// What is left of a run that there is no memory to write down whole: the verdicts without their evidence. It did not
// come to its end.
Run without_evidence(const Run& run);

// The JSON form (docs/report-json.md); bytes that are no UTF-8 become U+FFFD in it, and stay in record_json, which is
// for use within the program. from_json refuses other formats and wrong shapes with the place in `where`.
nlohmann::json to_json(const Run& run);
nlohmann::json record_json(const Run& run);
Result<Run> run_from_json(const nlohmann::json& value);

}  // namespace mcplumb
