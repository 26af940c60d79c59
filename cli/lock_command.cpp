#include <nlohmann/json.hpp>

#include "cli/command_line.hpp"
#include "cli/comparison_output.hpp"
#include "cli/support.hpp"
#include "client/jsonrpc/message.hpp"
#include "conformance/compare/lock.hpp"
#include "conformance/runner/runner.hpp"

namespace mcplumb::cli {
namespace {

Run read_lock(const std::string& path) {
  const Result<nlohmann::json> parsed = parse_json(read_file(path), {}, nullptr);
  if (!parsed) throw UsageError("mcplumb: error: " + path + " is no JSON: " + parsed.error().what);
  Result<Run> lock = run_from_lock(*parsed);
  if (!lock) throw UsageError("mcplumb: error: " + path + " at " + lock.error().where + ": " + lock.error().what);
  lock->target = path;
  return std::move(*lock);
}

// Opens a session and reads what is offered; runs no check.
Run look_at(const LockOptions& options) {
  CheckOptions check;
  static_cast<TargetOptions&>(check) = options;
  const HttpLibrary library;
  MonotonicClock clock;
  EventLoop loop(clock);
  const SignalGuard signals(loop);
  Log log(options.verbose ? Log::Level::info : Log::Level::warning);
  Result<Run> run = run_suites({}, run_options(check), loop, now_rfc3339(), log);
  if (!run) throw UsageError("mcplumb: error: " + run.error().what);
  return std::move(*run);
}

// Why there is nothing to lock; 0 = there is.
int refuse(const Run& run) {
  if (run.surface && run.surface->problems.empty() && !run.interrupted) return 0;
  std::string why = run.handshake_problem;
  if (why.empty() && run.interrupted) why = "interrupted";
  if (why.empty() && run.surface) why = run.surface->problems.front();
  std::fprintf(stderr, "mcplumb: error: the surface of %s could not be read: %s\n", shortened(run.target, 200).c_str(),
               shortened(why, 600).c_str());
  const int code = exit_code(run);
  return code == kConforms || run.handshake_problem.empty() ? kNothingJudged : code;
}

}  // namespace

int lock_command(const LockOptions& options) {
  if (options.lock_file.empty() && options.out_file.empty())
    throw UsageError("mcplumb: error: lock needs -o FILE, to write a lock, or --lock FILE, to compare with one");
  std::optional<Run> lock;
  if (!options.lock_file.empty()) lock = read_lock(options.lock_file);
  OutputFile out(options.out_file, "-o");
  ComparisonOutput output(options.output);
  const Run run = look_at(options);
  if (const int code = refuse(run)) return code;
  int code = kConforms;
  if (lock) {
    const Comparison comparison = compare_runs(*lock, run);
    output.write(comparison);
    code = exit_code(comparison, options.output.strict);
  }
  if (out.wanted()) out.write(lock_of(run).dump(2) + "\n");
  return code;
}

}  // namespace mcplumb::cli
