#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/commands/commands.hpp"
#include "cli/commands/surface_lock.hpp"
#include "cli/input/run_options.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/output_file.hpp"
#include "cli/output/report_output.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/signal_guard.hpp"
#include "conformance/assess/runner.hpp"
#include "conformance/compare/lock.hpp"
#include "conformance/record/exit_code.hpp"
#include "conformance/record/json_text.hpp"

namespace mcplumb::cli {
namespace {

// Opens a session and reads what is offered; runs no check.
Run look_at(const LockOptions& options, EventLoop& loop) {
  CheckOptions check;
  static_cast<TargetOptions&>(check) = options;
  Log log(options.verbose ? Log::Level::info : Log::Level::warning, presentable);
  Result<Run> run = run_suites({}, run_options(check), loop, now_rfc3339(), log);
  if (!run) throw UsageError("mcplumb: error: " + run.error().what);
  return std::move(*run);
}

// The exit code if there is nothing to lock; 0 = there is.
int refuse(const Run& run) {
  const std::string why = why_no_surface(run);
  if (why.empty()) return 0;
  complain("mcplumb: error: " + why + "\n");
  const int code = exit_code(run);
  return code == kConforms || run.handshake_problem.empty() ? kNothingJudged : code;
}

}  // namespace

int lock_command(const LockOptions& options) {
  if (options.lock_file.empty() && options.out_file.empty())
    throw UsageError("mcplumb: error: lock needs -o FILE, to write a lock, or --lock FILE, to compare with one");
  std::optional<SurfaceLock> lock;
  if (!options.lock_file.empty()) lock.emplace(options.lock_file);
  MonotonicClock clock;
  EventLoop loop(clock);
  const SignalGuard signals(loop);
  end_in_time(loop, options);
  OutputFile out(options.out_file, "-o");
  ReportOutput output(options.reports, {options.color, options.verbose});
  const Run run = look_at(options, loop);
  if (const int code = refuse(run)) return code;
  if (out.wanted()) out.write(json_text(lock_of(run), 2));
  return lock ? output.write(lock->compare(run), options.strict) : static_cast<int>(kConforms);
}

}  // namespace mcplumb::cli
