#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "cli/commands/check_parts.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/signal_guard.hpp"
#include "cli/server/workers.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/session/session.hpp"
#include "client/text/wording.hpp"
#include "client/transport/era.hpp"
#include "conformance/assess/eras.hpp"
#include "conformance/assess/merge.hpp"
#include "conformance/assess/repeat.hpp"
#include "conformance/assess/runner.hpp"
#include "reports/progress.hpp"

namespace mcplumb::cli {
namespace {

class ProgressLine {
 public:
  explicit ProgressLine(bool wanted)
      : wanted_(wanted && isatty(STDERR_FILENO) == 1), width_(terminal_width(STDERR_FILENO)) {}
  ~ProgressLine() { clear(); }
  void show(std::size_t done, std::size_t total, const std::string& id) {
    if (!wanted_) return;
    complain("\r\x1b[K" + progress_line(done, total, id, width_));
    std::fflush(stderr);
    shown_ = true;
  }
  void clear() {
    if (shown_) complain("\r\x1b[K");
    shown_ = false;
  }

 private:
  bool wanted_, shown_ = false;
  int width_;
};

// What all runs of one command share.
class Runs {
 public:
  Runs(const CheckOptions& options, const std::vector<Suite>& suites, const std::function<void(Run&)>& judge)
      : jobs_(static_cast<std::size_t>(options.jobs)),
        may_share_(options.jobs == 0 && options.serve.empty()),
        suites_(suites),
        judge_(judge),
        wanted_(run_options(options)),
        log_(options.verbose ? Log::Level::info : Log::Level::warning, presentable),
        line_(!options.verbose) {}

  Run once(const std::string& prefix, RunOptions options) {
    options.progress = [&](std::size_t done, std::size_t total, const std::string& id) {
      line_.show(done, total, prefix + id);
    };
    Result<Run> run = run_in_both_eras(options, [&](const RunOptions& era) -> Result<Run> {
      return jobs_ > 1 ? share_out(era, jobs_, needs_quiet) : one_by_one(era);
    });
    line_.clear();
    judge_(*run);
    return std::move(*run);
  }

  const RunOptions& wanted() const { return wanted_; }
  Micros now() const { return loop_.now(); }

 private:
  Run carry_out(const RunOptions& options, EventLoop& loop) {
    Result<Run> run = run_suites(suites_, options, loop, now_rfc3339(), log_);
    line_.clear();
    if (!run) throw UsageError("mcplumb: error: " + run.error().what);
    return std::move(*run);
  }

  // One check after the other; a server that takes its time is asked on several connections at once. Beside its latency
  // what we do ourselves does not count, so that checks that judge times need not be alone.
  Run one_by_one(RunOptions options) {
    const bool over_http = options.target.command.empty();
    if (!may_share_ || !over_http) return carry_out(options, loop_);
    options.sequential_up_to = kSlow;
    Run run = carry_out(options, loop_);
    if (run.latency.value_or(0) <= kSlow || !run.outcomes.empty() || run.interrupted || run.stop) return run;
    options.sequential_up_to = kNever;
    line_.clear();
    complain("mcplumb: the server takes " + rounded_span(*run.latency) + " for an answer; " +
             std::to_string(kJobsForSlow) + " checks are run at once (--jobs 1: one after the other)\n");
    const auto looks_at_run = [](const Check& check) { return check.watch == Watch::run || !check.judge.empty(); };
    return share_out(options, kJobsForSlow, looks_at_run);
  }

  // Checks that send something are shared out among processes; those that have to be alone follow when these have
  // ended, and nothing else is going on.
  Run share_out(const RunOptions& options, std::size_t jobs, bool (*is_alone)(const Check&)) {
    const auto plan = make_plan(suites_, options, TransportKind::streamable_http, "");
    if (!plan) throw UsageError("mcplumb: error: " + plan.error().what);
    std::vector<std::string> order;
    std::map<std::string, std::size_t> share;
    for (const Planned& planned : *plan) {
      const Check& check = *planned.check;
      order.push_back(check.id);
      if (!check.steps.empty() && !is_alone(check)) share.emplace(check.id, share.size() % jobs);
    }
    const auto work = [&](std::size_t number) {
      RunOptions mine = options;
      mine.progress = nullptr;
      mine.is_part = true;
      mine.wanted = [&, number](const Check& check) {
        return !is_alone(check) && (check.steps.empty() || share.at(check.id) == number);
      };
      EventLoop loop(clock_);
      const SignalGuard signals(loop);
      return carry_out(mine, loop);
    };
    const Micros begun = loop_.now();
    Workers workers(jobs, work, loop_);
    std::vector<Result<Run>> handed = workers.wait(loop_.now() + options.total_deadline + 10 * kSecond);
    RunOptions rest = options;
    rest.wanted = [is_alone](const Check& check) { return check.steps.empty() || is_alone(check); };
    Run whole = carry_out(rest, loop_);
    std::vector<Run> parts;
    for (std::size_t i = 0; i < handed.size(); ++i)
      parts.push_back(handed[i] ? std::move(*handed[i]) : lost_part(*plan, share, i, handed[i].error().what));
    Run run = merge_runs(std::move(whole), std::move(parts), order);
    run.took = loop_.now() - begun;
    return run;
  }

  // The checks of a process that handed nothing over.
  static Run lost_part(const std::vector<Planned>& plan, const std::map<std::string, std::size_t>& share,
                       std::size_t number, const std::string& why) {
    Run part;
    for (const Planned& planned : plan) {
      const Check& check = *planned.check;
      const auto found = share.find(check.id);
      if (found == share.end() || found->second != number) continue;
      Outcome& outcome = part.outcomes.emplace_back();
      outcome.id = check.id;
      outcome.title = check.title;
      outcome.suite = check.suite;
      outcome.level = check.level_for("");
      outcome.verdict = Verdict::inconclusive;
      outcome.reason = why;
    }
    return part;
  }

  static constexpr Micros kSlow = 300 * kMillisecond;  // latency from which checks are run at once
  static constexpr std::size_t kJobsForSlow = 8;
  const std::size_t jobs_;
  const bool may_share_;
  MonotonicClock clock_;
  EventLoop loop_{clock_};
  const SignalGuard signals_{loop_};
  const std::vector<Suite>& suites_;
  const std::function<void(Run&)>& judge_;
  const RunOptions wanted_;
  Log log_;
  ProgressLine line_;
};

// Each process would start a server of its own.
void refuse_shared_server(const CheckOptions& options) {
  if (options.jobs > 1 && !options.serve.empty())
    throw UsageError(
        "mcplumb: error: --jobs needs a server that runs already; start it yourself and leave out --serve");
}

// The run in one revision, or why there is none.
Matrix::Column column_of(const std::string& revision, Run run) {
  Matrix::Column column{revision, std::nullopt, ""};
  const std::string answered = run.server ? run.server->revision : "";
  if (!run.handshake_problem.empty())
    column.problem = run.handshake_problem;
  else if (answered != revision)
    column.problem = "the server answers " + shortened(answered, 40);
  if (column.problem.empty() || run.interrupted) column.run = std::move(run);
  return column;
}

}  // namespace

Run run_check(const CheckOptions& options, const std::vector<Suite>& suites, const std::function<void(Run&)>& judge) {
  refuse_shared_server(options);
  Runs runs(options, suites, judge);
  if (options.repeat == 0 && !options.until_fail) return runs.once("", runs.wanted());
  const Micros latest = runs.now() + runs.wanted().total_deadline;
  std::optional<Run> kept;
  for (int number = 1; options.repeat == 0 || number <= options.repeat; ++number) {
    Run next = runs.once("run " + std::to_string(number) + ": ", runs.wanted());
    const bool stop = next.interrupted || (options.until_fail && exit_code(next) != kConforms) || runs.now() >= latest;
    add_repetition(kept, std::move(next));
    if (stop) break;
  }
  return std::move(*kept);
}

Matrix run_matrix(const CheckOptions& options, const std::vector<Suite>& suites,
                  const std::function<void(Run&)>& judge) {
  refuse_shared_server(options);
  Runs runs(options, suites, judge);
  Matrix matrix;
  std::optional<Run> first;
  const auto revisions = published_revisions();
  for (auto revision = revisions.rbegin(); revision != revisions.rend(); ++revision) {
    RunOptions in_revision = runs.wanted();
    in_revision.revision = *revision;
    in_revision.exact_revision = true;
    Run run = runs.once(std::string(*revision) + ": ", in_revision);
    const bool stop = run.interrupted;
    if (!first) first = run;
    matrix.columns.push_back(column_of(std::string(*revision), std::move(run)));
    if (stop) break;
  }
  // Then the first attempt shows why.
  const bool none = std::none_of(matrix.columns.begin(), matrix.columns.end(),
                                 [](const Matrix::Column& column) { return column.run.has_value(); });
  if (none) matrix.columns.front().run = std::move(first);
  settle_stale_entries(matrix);
  return matrix;
}

}  // namespace mcplumb::cli
