#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/commands/check_parts.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/signal_guard.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/session/session.hpp"
#include "client/text/wording.hpp"
#include "client/transport/era.hpp"
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
        line_(!options.verbose) {}

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
