#include <filesystem>
#include <fstream>

#include "cli/commands/commands.hpp"
#include "cli/commands/gate_support.hpp"
#include "cli/input/files.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/output_file.hpp"
#include "cli/output/report_output.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/signal_guard.hpp"
#include "client/jsonrpc/message.hpp"
#include "conformance/gate/bisection.hpp"
#include "conformance/gate/command.hpp"
#include "conformance/record/exit_code.hpp"
#include "reports/comparison_report.hpp"

namespace mcplumb::cli {
namespace {

namespace fs = std::filesystem;

constexpr Micros kIndexDeadline = 2 * 60 * kSecond;

std::string quoted(const std::string& name) {
  const bool plain = !name.empty() && name.find_first_not_of(
                                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                          "0123456789-_.@/[]") == std::string::npos;
  if (!plain) throw UsageError("mcplumb: error: --package " + shortened(name, 60) + " is not a name of a package");
  return "'" + name + "'";
}

std::string index_command(const BisectOptions& options) {
  if (options.index == "npm") return "npm view " + quoted(options.package) + " versions --json";
  return "${MCPLUMB_PIP:-python3 -m pip} index versions " + quoted(options.package) + " --disable-pip-version-check";
}

void refuse_other_than_versions(const BisectOptions& options) {
  std::vector<std::string> named = options.versions;
  named.insert(named.end(), {options.good, options.bad});
  for (const std::string& each : named)
    if (!is_version(each))
      throw UsageError("mcplumb: error: " + shortened(each, 60) +
                       " is not a version; it may hold letters, digits and . + ! _ - only, because it goes into the "
                       "commands of the gate file");
}

std::vector<std::string> list_versions(const BisectOptions& options, EventLoop& loop) {
  refuse_other_than_versions(options);
  std::vector<std::string> versions;
  if (!options.versions.empty()) {
    for (const std::string& each : options.versions) versions.push_back(each);
  } else {
    const std::string line = index_command(options);
    const CommandResult asked = run_command(loop, line, "", {}, kIndexDeadline, true);
    if (loop.interrupted()) return {};
    if (!asked.succeeded)
      throw UsageError("mcplumb: error: the versions of " + options.package + " could not be listed: " + asked.problem +
                       (asked.log.empty() ? "" : "; it said: " + asked.log.back()) +
                       "\nName them yourself: --versions 1.0,1.1,2.0");
    versions = versions_from_index(asked.output);
  }
  const std::string problem = between(versions, options.good, options.bad);
  if (!problem.empty()) throw UsageError("mcplumb: error: " + problem);
  return versions;
}

class Bisect {
 public:
  Bisect(const GateFile& gate, const BisectOptions& options, const std::vector<Suite>& suites, EventLoop& loop,
         Log& log)
      : gate_(gate), options_(options), loop_(loop), room_(gate, options, suites, loop, log) {
    forget_other_work();
  }

  int carry_out(ReportOutput& output) {
    std::vector<std::string> versions = list_versions(options_, loop_);
    if (loop_.interrupted()) return interrupted();
    say(std::to_string(versions.size()) + " versions from " + options_.good + " to " + options_.bad);
    reference_ = result_of(options_.good);
    if (loop_.interrupted()) return interrupted();
    if (!reference_.prepared || !reference_.run.handshake_problem.empty()) return refuse_reference();
    Bisection search(versions);
    const std::optional<bool> worst = is_bad(options_.bad);
    if (loop_.interrupted()) return interrupted();
    if (!worst || !*worst) {
      say(!worst ? "so there is no end to begin from"
                 : options_.bad + " breaks nothing that worked in " + options_.good);
      return kNothingJudged;
    }
    while (const auto version = loop_.interrupted() ? std::nullopt : search.next()) {
      const std::optional<bool> bad = is_bad(*version);
      if (loop_.interrupted()) break;
      if (!bad)
        search.untestable(*version);
      else if (*bad)
        search.bad(*version);
      else
        search.good(*version);
      say("at most " + std::to_string(search.steps_left()) + " to go");
    }
    return loop_.interrupted() ? interrupted() : report(search, output);
  }

 private:
  static void say(const std::string& line) { print(printable_line(line) + "\n"); }
  static std::string printable_line(const std::string& line) { return shortened(line, 1000); }

  GateEnvironment environment(const std::string& version) const {
    GateEnvironment made = gate_.after;
    made.version = version;
    made.name = "version-" + shortened(version, 60);
    std::replace(made.name.begin(), made.name.end(), '/', '-');
    return made;
  }

  // Runs of another gate file or package say nothing about this one.
  void forget_other_work() {
    const std::string key = options_.package + "\n" + read_file(options_.file);
    const fs::path path = fs::path(room_.place().work) / "bisect.state";
    std::string kept;
    if (std::ifstream in(path, std::ios::binary); in)
      kept.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    if (kept == key) return;
    for (const auto& entry : fs::directory_iterator(room_.place().work))
      if (entry.path().filename().string().starts_with("version-") && entry.is_regular_file()) fs::remove(entry.path());
    OutputFile(path.string(), "--work").write(key);
  }

  EnvironmentResult result_of(const std::string& version) {
    const GateEnvironment wanted = environment(version);
    if (fs::exists(room_.run_file(wanted))) {
      EnvironmentResult kept;
      kept.run = read_run(room_.run_file(wanted));
      if (!kept.run.interrupted) return kept;
    }
    EnvironmentResult result = room_.run(wanted);
    if (loop_.interrupted()) fs::remove(room_.run_file(wanted));  // half a run is none
    return result;
  }

  static int interrupted() {
    say("interrupted; the same command goes on from here");
    return kNothingJudged;
  }

  // The good version does not work: nothing can be held against it.
  int refuse_reference() const {
    const EnvironmentResult& good = reference_;
    say(options_.good + "  " + (good.prepared ? "no session: " + good.run.handshake_problem : good.problem));
    for (const std::string& line : good.log) say("  " + line);
    return exit_code(compare(good, good, options_.good, options_.good), strict());
  }

  // Absent: it could not be tried, or not be judged.
  std::optional<bool> is_bad(const std::string& version) {
    EnvironmentResult result = result_of(version);
    if (loop_.interrupted()) return std::nullopt;
    if (!result.prepared) {
      say(version + "  skipped: " + result.problem);
      return std::nullopt;
    }
    room_.confirm(environment(options_.good), reference_, environment(version), result);
    if (loop_.interrupted()) return std::nullopt;
    const Comparison comparison = compare(reference_, result, options_.good, version);
    const bool unknown = safety_of(comparison) == Safety::unknown || result.run.interrupted;
    say(version + "  " + (unknown ? "skipped: " : "") + answer_line(comparison));
    if (unknown) return std::nullopt;
    return exit_code(comparison, strict()) == kRegression;
  }

  bool strict() const { return options_.strict || gate_.strict; }

  Comparison compare(const EnvironmentResult& before, const EnvironmentResult& after, const std::string& good,
                     const std::string& bad) const {
    GateFile named = gate_;
    named.before.version = good;
    named.after.version = bad;
    return compare_environments(named, before, after);
  }

  int report(const Bisection& search, ReportOutput& output) {
    const std::vector<std::string> doubtful = search.doubtful();
    std::string line =
        "\nfirst bad: " + options_.package + " " + search.first_bad() + " (" + search.last_good() + " is good)";
    if (!doubtful.empty()) {
      line += "; or one of these, which could not be tried:";
      for (const std::string& version : doubtful) line += " " + version;
    }
    print(line + "\n\n");
    Comparison comparison =
        compare(result_of(search.last_good()), result_of(search.first_bad()), search.last_good(), search.first_bad());
    comparison.before.run_file = room_.run_file(environment(search.last_good()));
    comparison.after.run_file = room_.run_file(environment(search.first_bad()));
    output.write(comparison, strict());
    return kRegression;
  }

  const GateFile& gate_;
  const BisectOptions& options_;
  EventLoop& loop_;
  GateWorkspace room_;
  EnvironmentResult reference_;
};

}  // namespace

int bisect_command(const BisectOptions& options) {
  GateFile gate = load_gate(options);
  if (!mentions(gate.after, "version"))
    throw UsageError("mcplumb: error: no command of " + options.file +
                     " mentions {version}, so all versions would be the same; write e.g. prepare: pip install " +
                     shortened(options.package, 60) + "=={version}");
  const std::vector<Suite> suites = load_gate_suites(gate, options.file);
  MonotonicClock clock;
  EventLoop loop(clock);
  const SignalGuard signals(loop);
  ReportOutput output(options.reports, {options.color, options.verbose});
  Log log(options.verbose ? Log::Level::info : Log::Level::warning, presentable);
  return Bisect(gate, options, suites, loop, log).carry_out(output);
}

}  // namespace mcplumb::cli
