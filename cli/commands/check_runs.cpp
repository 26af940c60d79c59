#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/commands/check_parts.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/signal_guard.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/session/session.hpp"
#include "client/strands.hpp"
#include "client/text/wording.hpp"
#include "client/transport/era.hpp"
#include "conformance/assess/beside.hpp"
#include "conformance/assess/eras.hpp"
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
      : suites_(suites),
        judge_(judge),
        wanted_(run_options(options)),
        log_(options.verbose ? Log::Level::info : Log::Level::warning, presentable),
        line_(!options.verbose) {
    end_in_time(loop_, options);
  }

  Run once(const std::string& prefix, RunOptions options) {
    options.progress = [&](std::size_t done, std::size_t total, const std::string& id) {
      line_.show(done, total, prefix + id);
    };
    Result<Run> run = run_in_both_eras(options, [&](const RunOptions& era) -> Result<Run> { return carry_out(era); });
    line_.clear();
    judge_(*run);
    return std::move(*run);
  }

  const RunOptions& wanted() const { return wanted_; }
  Micros now() const { return loop_.now(); }
  EventLoop& loop() { return loop_; }

 private:
  Run carry_out(const RunOptions& options) {
    Result<Run> run = run_suites(suites_, options, loop_, now_rfc3339(), log_);
    line_.clear();
    if (!run) throw UsageError("mcplumb: error: " + run.error().what);
    return std::move(*run);
  }

  MonotonicClock clock_;
  EventLoop loop_{clock_};
  const SignalGuard signals_{loop_};
  const std::vector<Suite>& suites_;
  const std::function<void(Run&)>& judge_;
  const RunOptions wanted_;
  Log log_;
  ProgressLine line_;
};

// The first alone. If it shows that the server has time for more than one, others go on beside one another: until one
// of them shows something that the first did not. That one does not count, and is made again like all that are left:
// alone.
class RepeatedRuns {
 public:
  RepeatedRuns(Runs& runs, const CheckOptions& options, const std::vector<Suite>& suites)
      : runs_(runs),
        suites_(suites),
        until_fail_(options.until_fail),
        most_(options.repeat),
        begun_(runs.now()),
        latest_(begun_ + runs.wanted().total_deadline) {}

  Run carry_out() {
    while (wants_more()) {
      run_alone();
      if (made_ == 1 && may_have_company()) run_beside();
    }
    for (const std::vector<Outcome>& each : doubtful_) mention_beside(*kept_, each);
    kept_->took = runs_.now() - begun_;
    return std::move(*kept_);
  }

 private:
  static constexpr std::size_t kBeside = 3;

  bool wants_more() const { return !over_ && (most_ == 0 || made_ < most_); }
  std::string next_name() { return "run " + std::to_string(made_ + 1) + ": "; }

  void add(Run run) {
    const bool found = until_fail_ && exit_code(run) != kConforms;
    over_ = run.interrupted || found || runs_.now() >= latest_;
    ++made_;
    add_repetition(kept_, std::move(run));
  }

  void run_alone() { add(runs_.once(next_name(), runs_.wanted())); }

  bool may_have_company() const {
    const Target& target = runs_.wanted().target;
    return wants_more() && !until_fail_ && may_repeat_beside(suites_, runs_.wanted()) && runs_.wanted().at_once > 1 &&
           !target.is_stdio() && target.serve.empty() && kept_->one_at_a_time.empty() &&
           kept_->handshake_problem.empty() && !kept_->stop;
  }

  void run_beside() {
    RunOptions options = runs_.wanted();
    options.at_once = std::max<std::size_t>(2, options.at_once / 2);
    const std::function<void()> one = [&] {
      if (over_ || !doubtful_.empty()) return;
      Run run = runs_.once(next_name(), options);
      if (over_) return;
      if (run.interrupted || is_as_good_as(*kept_, run))
        add(std::move(run));
      else
        doubtful_.push_back(std::move(run.outcomes));
    };
    side_by_side(runs_.loop(), std::vector(static_cast<std::size_t>(most_ - made_), one), kBeside);
  }

  Runs& runs_;
  const std::vector<Suite>& suites_;
  bool until_fail_;
  int most_, made_ = 0;  // most_: 0 = no limit
  Micros begun_, latest_;
  bool over_ = false;
  std::optional<Run> kept_;
  std::vector<std::vector<Outcome>> doubtful_;  // of runs that had company
};

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
  Runs runs(options, suites, judge);
  if (options.repeat == 0 && !options.until_fail) return runs.once("", runs.wanted());
  return RepeatedRuns(runs, options, suites).carry_out();
}

Matrix run_matrix(const CheckOptions& options, const std::vector<Suite>& suites,
                  const std::function<void(Run&)>& judge) {
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
