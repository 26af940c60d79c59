#include <unistd.h>

#include <cstdio>

#include "cli/command_line.hpp"
#include "cli/support.hpp"
#include "conformance/runner/describe.hpp"
#include "conformance/runner/runner.hpp"
#include "reports/json_report.hpp"
#include "reports/junit_report.hpp"
#include "reports/progress.hpp"
#include "reports/terminal_report.hpp"

namespace mcplumb::cli {
namespace {

// What would run, as far as that is known without a server.
int list_plan(const std::vector<Suite>& suites, const RunOptions& options) {
  const std::string revision = options.revision.empty() ? std::string(kNewestHandshakeRevision) : options.revision;
  const Result<std::vector<Planned>> plan = make_plan(suites, options, "streamable-http", revision);
  if (!plan) throw UsageError("mcplumb: error: " + plan.error().what);
  std::string text;
  std::size_t running = 0;
  for (const Planned& planned : *plan) {
    std::string why = planned.skip;
    for (const std::string& need : planned.check->needs) {
      if (!why.empty()) break;
      if (need == "slow" && !options.slow) why = "waits for the idle window; run with --slow";
      if (need == "resource" && options.resources.empty()) why = "no resource may be read (--resource URI)";
      if (need == "prompt" && options.prompts.empty()) why = "no prompt may be fetched (--prompt NAME)";
      if (need.starts_with("role:") && options.roles.count(need.substr(5)) == 0)
        why = "no tool is assigned to the role " + need.substr(5) + " (--tool " + need.substr(5) + "=NAME)";
    }
    running += why.empty() ? 1 : 0;
    text += (why.empty() ? "run   " : "skip  ") + describe_line(*planned.check) + "\n";
    if (!why.empty())
      text += "        because: " + why + "\n";
    else if (!planned.check->needs.empty()) {
      text += "        if:";
      for (const std::string& need : planned.check->needs) text += " " + need;
      text += "\n";
    }
  }
  print(text + std::to_string(running) + " of " + std::to_string(plan->size()) + " checks would run at revision " +
        revision + "\n");
  return kConforms;
}

class ProgressLine {
 public:
  explicit ProgressLine(bool wanted)
      : wanted_(wanted && isatty(STDERR_FILENO) == 1), width_(terminal_width(STDERR_FILENO)) {}
  ~ProgressLine() { clear(); }
  void show(std::size_t done, std::size_t total, const std::string& id) {
    if (!wanted_) return;
    std::fprintf(stderr, "\r\x1b[K%s", progress_line(done, total, id, width_).c_str());
    std::fflush(stderr);
    shown_ = true;
  }
  void clear() {
    if (shown_) std::fprintf(stderr, "\r\x1b[K");
    shown_ = false;
  }

 private:
  bool wanted_, shown_ = false;
  int width_;
};

}  // namespace

int check_command(const CheckOptions& options) {
  const std::vector<Suite> suites = load_suites(options.suites);
  RunOptions run_with = run_options(options);
  if (options.list) return list_plan(suites, run_with);
  OutputFile json_file(options.json_file, "--json"), junit_file(options.junit_file, "--junit");
  if (json_file.is_stdout() && junit_file.is_stdout())
    throw UsageError("mcplumb: error: --json - and --junit - both want stdout; give one of them a file");

  const HttpLibrary library;
  MonotonicClock clock;
  EventLoop loop(clock);
  const SignalGuard signals(loop);
  Log log(options.verbose ? Log::Level::info : Log::Level::warning);
  ProgressLine line(!options.verbose);
  run_with.progress = [&](std::size_t done, std::size_t total, const std::string& id) { line.show(done, total, id); };
  const Result<Run> run = run_suites(suites, run_with, loop, now_rfc3339(), log);
  line.clear();
  if (!run) throw UsageError("mcplumb: error: " + run.error().what);

  if (!json_file.is_stdout() && !junit_file.is_stdout()) {
    TerminalOptions terminal;
    terminal.color = use_color(options.color, STDOUT_FILENO);
    terminal.width = terminal_width(STDOUT_FILENO);
    terminal.verbose = options.verbose;
    print(render_terminal(*run, terminal));
  }
  json_file.write(json_file.wanted() ? render_json(*run) : "");
  junit_file.write(junit_file.wanted() ? render_junit(*run) : "");
  return exit_code(*run);
}

}  // namespace mcplumb::cli
