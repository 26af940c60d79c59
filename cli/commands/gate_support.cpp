#include "cli/commands/gate_support.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "cli/commands/accepted_rules.hpp"
#include "cli/input/budgets.hpp"
#include "cli/input/files.hpp"
#include "cli/input/known_secrets.hpp"
#include "cli/input/options.hpp"
#include "cli/input/run_options.hpp"
#include "cli/input/suites.hpp"
#include "cli/output/output_file.hpp"
#include "cli/output/terminal.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/sha256.hpp"
#include "conformance/assess/asked_names.hpp"
#include "reports/json_report.hpp"

namespace mcplumb::cli {
namespace {

namespace fs = std::filesystem;

fs::path folder_with(const std::string& file) {
  const fs::path folder = fs::path(file).parent_path();
  return fs::absolute(folder.empty() ? fs::path(".") : folder).lexically_normal();
}

std::string name_from(const std::string& title) {
  std::string out;
  for (const char c : title)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (!out.empty() && out.back() != '-')
      out += '-';
  while (out.ends_with('-')) out.pop_back();
  return out.empty() ? "gate" : out.substr(0, 60);
}

// The title as a name of a folder; and which gate file, so that two with one title have nothing in common. Where the
// file lies from the work folder stays the same if both are moved together, as in the checkouts of a CI system.
std::string folder_name_of(const std::string& title, const fs::path& file, const fs::path& work) {
  const auto real = [](const std::string& path) { return fs::weakly_canonical(fs::absolute(path)); };
  const std::string place = real(file).lexically_relative(real(work)).string();
  return name_from(title) + "-" + sha256_hex(place).substr(0, 8);
}

}  // namespace

GateFile load_gate(const GateOptions& options) {
  std::vector<Budget> more = budgets_of(options.expect);
  GateFileResult read = read_gate_file(read_file(options.file), options.file);
  std::string problems;
  for (const Diagnostic& problem : read.problems) problems += render(problem);
  known_secrets().add(secrets_of(read.gate));  // a mistake is shown with its line
  if (!problems.empty()) {
    problems.pop_back();
    throw UsageError(problems);
  }
  std::move(more.begin(), more.end(), std::back_inserter(read.gate.budgets));
  exercise_by_flags(read.gate.exercise, options);
  read.gate.message_max = parse_size(options.max_reply, "--max-reply");
  return std::move(read.gate);
}

namespace {

std::vector<Suite> read_gate_suites(GateFile& gate, const std::string& path) {
  if (gate.suites.empty()) return load_suites({});
  std::vector<std::string> files;
  std::vector<Suite> suites;
  for (const std::string& name : gate.suites) {
    if (name == "builtin")
      suites = load_suites({});
    else
      files.push_back((folder_with(path) / name).lexically_normal().string());
  }
  if (files.empty()) return suites;
  const std::vector<std::string> no_variables;
  for (Suite& suite : load_suites(files, &no_variables)) {
    const bool known =
        std::any_of(suites.begin(), suites.end(), [&](const Suite& each) { return each.file == suite.file; });
    const std::vector<Budget>& budgets = suite.budgets;
    gate.budgets.insert(gate.budgets.end(), budgets.begin(), budgets.end());
    if (!known) suites.push_back(std::move(suite));  // what a suite uses of the built-in ones is there already
  }
  return suites;
}

}  // namespace

std::vector<Suite> load_gate_suites(GateFile& gate, const std::string& path) {
  std::vector<Suite> suites = read_gate_suites(gate, path);
  RunOptions options;
  options.roles = {gate.roles.begin(), gate.roles.end()};
  if (const std::string unknown = unknown_role(options, suites); !unknown.empty())
    throw usage(path + ", `tools`: " + unknown);
  return suites;
}

GateWorkspace::GateWorkspace(const GateFile& gate, const GateOptions& options, const std::vector<Suite>& suites,
                             EventLoop& loop, Log& log)
    : gate_(gate),
      suites_(suites),
      loop_(loop),
      log_(log),
      show_progress_(!options.quiet && (isatty(STDERR_FILENO) == 1 || options.verbose)) {
  accepted_ = accepted_rules(options.accept);
  place_.base = folder_with(options.file).string();
  place_.prepare = !options.no_prepare;
  place_.work =
      (fs::absolute(options.work) / folder_name_of(gate.title, options.file, options.work)).lexically_normal().string();
  std::error_code failed;
  fs::create_directories(place_.work, failed);
  if (failed) throw UsageError("mcplumb: error: --work " + options.work + " cannot be made: " + failed.message());
  for (const GateEnvironment* each : {&gate.before, &gate.after})
    OutputFile(run_file(*each), "--work");  // what cannot be written is said before anything runs
}

std::string GateWorkspace::run_file(const GateEnvironment& environment) const {
  return folder_of(place_, environment) + ".json";
}

void GateWorkspace::show(const std::string& line) {
  if (show_progress_) complain("\r\x1b[K" + shortened(line, 100));
}

EnvironmentResult GateWorkspace::run(const GateEnvironment& environment) {
  Result<EnvironmentResult> result = run_environment(gate_, environment, place_, suites_, loop_, now_rfc3339(), log_,
                                                     [this](const std::string& line) { show(line); });
  if (show_progress_) complain("\r\x1b[K");
  if (!result) throw UsageError("mcplumb: error: " + result.error().what);
  result->run.accepted = accepted_;
  if (result->prepared) keep(environment, result->run);
  return std::move(*result);
}

void GateWorkspace::keep(const GateEnvironment& environment, const Run& run) const {
  write_file(run_file(environment), "--work", render_json(run));
}

void GateWorkspace::confirm(const GateEnvironment& before, EnvironmentResult& was, const GateEnvironment& after,
                            EnvironmentResult& is) {
  if (!was.prepared || !is.prepared || loop_.interrupted()) return;
  const auto environment_of = [&](GateSide side) -> const GateEnvironment& {
    return side == GateSide::after ? after : before;
  };
  const auto shown = [this](const std::string& line) { show(line); };
  const bool tried =
      confirm_breaks(was.run, is.run, suites_,
                     [&](GateSide side, const std::vector<Suite>& suites, Which which) -> std::optional<Run> {
                       if (loop_.interrupted()) return std::nullopt;
                       Result<Run> run = run_again(gate_, environment_of(side), place_, suites, which, loop_,
                                                   now_rfc3339(), log_, shown);
                       return run && run->handshake_problem.empty() ? std::optional(std::move(*run)) : std::nullopt;
                     });
  const bool called = confirm_tools(
      was.run, is.run, [&](GateSide side, const std::vector<std::string>& tools) -> std::optional<Exercise> {
        if (loop_.interrupted()) return std::nullopt;
        return call_again(gate_, environment_of(side), place_, tools, suites_, loop_, now_rfc3339(), log_, shown);
      });
  const bool observed = confirm_times(
      was.run, is.run, [&](GateSide side, const std::vector<std::string>& ids) -> std::vector<Observation> {
        if (loop_.interrupted()) return {};
        return observe_again(gate_, environment_of(side), place_, ids, suites_, loop_, now_rfc3339(), log_, shown);
      });
  if (show_progress_) complain("\r\x1b[K");
  if (!tried && !called && !observed) return;
  keep(before, was.run);
  keep(after, is.run);
}

}  // namespace mcplumb::cli
