#include "conformance/gate/gate_runner.hpp"

#include <algorithm>
#include <filesystem>

#include "client/connect/served_program.hpp"
#include "client/jsonrpc/message.hpp"
#include "conformance/assess/eras.hpp"
#include "conformance/assess/runner.hpp"
#include "conformance/gate/command.hpp"
#include "conformance/language/selection.hpp"
#include "conformance/record/latency.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kVersions = 2000;

std::string free_port() {
  Target target;
  target.serve = "{port}";
  choose_port(target);
  return target.serve;
}

class EnvironmentRun {
 public:
  EnvironmentRun(const GateFile& gate, const GateEnvironment& environment, const GatePlace& place, EventLoop& loop,
                 const std::function<void(const std::string&)>& progress)
      : gate_(gate),
        environment_(environment),
        place_(place),
        loop_(loop),
        progress_(progress),
        secrets_(secrets_of(gate)) {
    values_ = {{"version", environment.version},
               {"folder", folder_of(place, environment)},
               {"environment", environment.name},
               {"port", free_port()}};
    const std::filesystem::path base(place.base), own(environment.directory);
    directory_ = own.is_absolute() ? own.string() : (base / own).lexically_normal().string();
    if (directory_.empty()) directory_ = ".";
    result_.folder = values_.at("folder");
    std::filesystem::create_directories(result_.folder);
  }

  Result<EnvironmentResult> carry_out(const std::vector<Suite>& suites, const std::string& started, Log& log) {
    if (place_.prepare && !prepare()) return std::move(result_);
    list_versions();
    if (loop_.interrupted()) {
      result_.run.interrupted = result_.run.cancelled = true;
      result_.problem = result_.run.handshake_problem = "interrupted before the server was started";
      return std::move(result_);
    }
    Result<Run> run = check(suites, run_options(), "checking", started, log);
    if (!run) return tl::make_unexpected(run.error());
    result_.run = std::move(*run);
    judge_budgets(gate_.budgets, result_.run);
    look_at_process();
    return std::move(result_);
  }

  Result<Run> again(const std::vector<Suite>& suites, Which which, const std::string& started, Log& log) {
    RunOptions options = run_options();
    options.observing.reset();
    if (which == Which::all) {
      options.only.clear();
      options.skip.clear();
      options.exercise.tools = options.exercise.resources = options.exercise.prompts = {};
    }
    return check(suites, options, "trying again", started, log);
  }

  // Some tools alone, with the same arguments as before.
  std::optional<Exercise> call_again(const std::vector<std::string>& tools, const std::vector<Suite>& suites,
                                     const std::string& started, Log& log) {
    RunOptions options = run_options();
    options.observing.reset();
    options.one_era = true;
    options.only = {std::string(kExerciseArea)};
    options.skip.clear();
    options.exercise.resources = options.exercise.prompts = {};
    options.exercise.tools.safe = false;
    options.exercise.tools.globs = tools;
    Result<Run> run = check(suites, options, "calling again", started, log);
    return run ? std::move(run->exercise) : std::nullopt;
  }

  std::vector<Observation> observe_again(const std::vector<std::string>& ids, const std::vector<Suite>& suites,
                                         const std::string& started, Log& log) {
    RunOptions options = run_options();
    ExerciseOptions& exercise = options.exercise;
    ToolSelection* const selections[] = {&exercise.tools, &exercise.resources, &exercise.prompts};
    const std::string_view kinds[] = {"tool.", "resource.", "prompt."};
    for (std::size_t i = 0; i < std::size(kinds); ++i) {
      selections[i]->safe = false;
      selections[i]->globs.clear();
      for (const std::string& id : ids)
        if (id.starts_with(kinds[i]) && id.ends_with(kLatencyEnd))
          selections[i]->globs.push_back(id.substr(kinds[i].size(), id.size() - kinds[i].size() - kLatencyEnd.size()));
    }
    options.skip.clear();
    options.only.clear();
    if (!exercise.empty()) options.only = {std::string(kExerciseArea)};
    Result<Run> run = check(exercise.empty() ? std::vector<Suite>{} : suites, options, "observing again", started, log);
    return run ? std::move(run->observations) : std::vector<Observation>{};
  }

 private:
  Result<Run> check(const std::vector<Suite>& suites, RunOptions options, const std::string& doing,
                    const std::string& started, Log& log) {
    options.progress = [&](std::size_t done, std::size_t total, const std::string&) {
      say(doing + " " + std::to_string(done + 1) + " of " + std::to_string(total));
    };
    say("starting");
    return run_in_both_eras(options,
                            [&](const RunOptions& era) { return run_suites(suites, era, loop_, started, log); });
  }

  void say(const std::string& what) const {
    if (progress_) progress_(environment_.name + ": " + what);
  }

  std::vector<std::pair<std::string, std::string>> variables() const {
    std::vector<std::pair<std::string, std::string>> all = {{"MCPLUMB_ENVIRONMENT", environment_.name},
                                                            {"MCPLUMB_FOLDER", values_.at("folder")},
                                                            {"MCPLUMB_VERSION", environment_.version},
                                                            {"MCPLUMB_PORT", values_.at("port")}};
    for (const auto& [name, value] : environment_.variables) all.emplace_back(name, fill_in(value, values_));
    return all;
  }

  // A line of the gate file; what it says is stored without the secrets of the file.
  CommandResult run(const std::string& line, bool take_output = false) {
    CommandResult done =
        run_command(loop_, fill_in(line, values_), directory_, variables(), gate_.prepare_deadline, take_output);
    for (std::string* text : {&done.problem, &done.output}) *text = secrets_.hide(*text);
    for (std::string& logged : done.log) logged = secrets_.hide(logged);
    return done;
  }

  bool prepare() {
    const Micros begun = loop_.now();
    for (const std::string& line : environment_.prepare) {
      say("preparing");
      const CommandResult done = run(line);
      if (done.succeeded) continue;
      result_.prepared = false;
      result_.problem = "could not be prepared: " + done.problem;
      result_.log = done.log;
      result_.run.interrupted = result_.run.cancelled = loop_.interrupted();
      return false;
    }
    if (!environment_.prepare.empty()) result_.prepared_in = loop_.now() - begun;
    return true;
  }

  void list_versions() {
    if (environment_.versions.empty() || loop_.stopped()) return;
    const CommandResult done = run(environment_.versions, true);
    if (!done.succeeded) {
      result_.doubts.push_back("the versions of " + environment_.name + " are not known: " + done.problem);
      return;
    }
    for (std::string& line : last_of(done.output, kVersions))
      if (const std::size_t start = line.find_first_not_of(" \t"); start != std::string::npos)
        result_.versions.push_back(line.substr(start));
  }

  RunOptions run_options() const {
    RunOptions options;
    const std::string line = fill_in(environment_.command, values_);
    options.target.transport = gate_.transport;
    if (gate_.transport && !has_http(*gate_.transport)) {
      options.target.command = {"/bin/sh", "-c", line};
    } else {
      options.target.serve = line;
      options.target.url = fill_in(environment_.url, values_);
    }
    options.target.directory = directory_;
    options.target.environment = variables();
    options.target.headers = gate_.headers;
    options.target.connection.message_max = gate_.message_max;
    options.target.ready_log = gate_.ready_log;
    options.target.start_deadline = gate_.ready_deadline;
    options.revision = gate_.revision;
    options.only = gate_.only;
    options.skip = gate_.skip;
    options.roles = {gate_.roles.begin(), gate_.roles.end()};
    options.exercise = gate_.exercise;
    options.exercise.deadline = gate_.request_deadline;
    options.strict = gate_.strict;
    options.deadline = gate_.request_deadline;
    options.total_deadline = gate_.run_deadline;
    options.observing.emplace();
    options.observing->idle_window = gate_.idle_window;
    options.observing->stream_window = gate_.stream_window;
    options.observing->exit_deadline = gate_.exit_deadline;
    return options;
  }

  void look_at_process() {
    const Trace& trace = result_.run.trace;
    if (trace.processes.empty()) return;
    const ProcessRecord& process = trace.processes.front();
    if (result_.run.process_facts) result_.ready_in = result_.run.process_facts->ready_after;
    if (!result_.run.handshake_problem.empty()) result_.log = last_of(process.log.text());
  }

  const GateFile& gate_;
  const GateEnvironment& environment_;
  const GatePlace& place_;
  EventLoop& loop_;
  const std::function<void(const std::string&)>& progress_;
  Secrets secrets_;
  std::map<std::string, std::string> values_;
  std::string directory_;
  EnvironmentResult result_;
};

// What a server logs while masses of sessions are dropped depends on how fast it notices.
std::string log_without_costs(const Run& run, const ProcessRecord& process) {
  const auto& log = process.log;
  const std::size_t tail_at = log.size - log.tail.size();
  // Of a log that is not whole the lines that were cut are left out, too.
  const std::size_t head_end = log.whole() ? log.head.size() : log.head.rfind('\n') + 1;
  const std::size_t tail_begin = log.whole() ? 0 : log.tail.find('\n') + 1;
  std::size_t from = log.size, to = log.size;
  if (process.number == 0 && run.process_facts) {
    from = std::min(run.process_facts->costs_logged_from.value_or(log.size), log.size);
    to = std::clamp(run.process_facts->costs_logged_to.value_or(log.size), from, log.size);
  }
  // What lies between `begin` and `end` of the log, which starts at `at` of it, without the costs.
  const auto kept = [&](const std::string& part, std::size_t begin, std::size_t end, std::size_t at) {
    std::string text;
    for (std::size_t i = begin; i < end; ++i)
      if (at + i < from || at + i >= to) text += part[i];
    return text;
  };
  return kept(log.head, 0, head_end, 0) + kept(log.tail, tail_begin, log.tail.size(), tail_at);
}

// The environment's own folder is in many a traceback, and is no difference.
std::vector<std::string> signatures(const EnvironmentResult& result) {
  std::string log;  // over stdio each session is a program of its own
  for (const ProcessRecord& process : result.run.trace.processes) log += log_without_costs(result.run, process) + "\n";
  if (!result.folder.empty())
    for (std::size_t at = 0; (at = log.find(result.folder, at)) != std::string::npos;)
      log.replace(at, result.folder.size(), "{folder}");
  return log_signatures(log);
}

void complete(Side& side, const EnvironmentResult& result, const GateEnvironment& environment) {
  if (!environment.version.empty()) side.name += " (" + environment.version + ")";
  side.target.clear();  // a port that is another one each time
  if (!result.problem.empty()) side.problem = result.problem;
  side.versions = result.versions;
  side.log = result.log;
  side.prepared_in = result.prepared_in;
  side.ready_in = result.ready_in;
}

// Globs of `exercise` that fit nothing: nobody would notice a spelling mistake.
void doubt_globs(const GateFile& gate, const Run& before, std::vector<std::string>& doubts) {
  if (!before.exercise) return;
  const auto look = [&](const char* what, const std::vector<std::string>& globs, const std::vector<ToolUse>& listed) {
    std::vector<std::string> names;
    for (const ToolUse& use : listed) names.push_back(use.tool);
    for (const std::string& glob : idle_globs(globs, names))
      doubts.push_back("none of the " + std::string(what) + " fits " + shortened(glob, 80));
  };
  look("tools", gate.exercise.tools.globs, before.exercise->tools);
  look("resources", gate.exercise.resources.globs, before.exercise->resources);
  look("prompts", gate.exercise.prompts.globs, before.exercise->prompts);
}

}  // namespace

std::string folder_of(const GatePlace& place, const GateEnvironment& environment) {
  return (std::filesystem::path(place.work) / environment.name).string();
}

Result<EnvironmentResult> run_environment(const GateFile& gate, const GateEnvironment& environment,
                                          const GatePlace& place, const std::vector<Suite>& suites, EventLoop& loop,
                                          const std::string& started, Log& log,
                                          const std::function<void(const std::string&)>& progress) {
  return EnvironmentRun(gate, environment, place, loop, progress).carry_out(suites, started, log);
}

Result<Run> run_again(const GateFile& gate, const GateEnvironment& environment, const GatePlace& place,
                      const std::vector<Suite>& suites, Which which, EventLoop& loop, const std::string& started,
                      Log& log, const std::function<void(const std::string&)>& progress) {
  return EnvironmentRun(gate, environment, place, loop, progress).again(suites, which, started, log);
}

std::optional<Exercise> call_again(const GateFile& gate, const GateEnvironment& environment, const GatePlace& place,
                                   const std::vector<std::string>& tools, const std::vector<Suite>& suites,
                                   EventLoop& loop, const std::string& started, Log& log,
                                   const std::function<void(const std::string&)>& progress) {
  return EnvironmentRun(gate, environment, place, loop, progress).call_again(tools, suites, started, log);
}

std::vector<Observation> observe_again(const GateFile& gate, const GateEnvironment& environment, const GatePlace& place,
                                       const std::vector<std::string>& ids, const std::vector<Suite>& suites,
                                       EventLoop& loop, const std::string& started, Log& log,
                                       const std::function<void(const std::string&)>& progress) {
  return EnvironmentRun(gate, environment, place, loop, progress).observe_again(ids, suites, started, log);
}

Comparison compare_environments(const GateFile& gate, const EnvironmentResult& before, const EnvironmentResult& after) {
  Comparison comparison;
  if (before.prepared && after.prepared) {
    CompareOptions options;
    options.tolerances = gate.tolerances;
    const bool both_spoke = before.run.handshake_problem.empty();
    if (both_spoke) options.more = compare_logs(signatures(before), signatures(after));
    comparison = compare_runs(before.run, after.run, options);
  } else {
    comparison.before.name = "before";
    comparison.after.name = "after";
    const EnvironmentResult& failed = before.prepared ? after : before;
    give_no_answer(comparison,
                   "the environment " + std::string(before.prepared ? "after " : "before ") + failed.problem);
    if (before.run.cancelled || after.run.cancelled) cancel(comparison);
  }
  comparison.title = gate.title;
  doubt_globs(gate, before.run, comparison.doubts);
  for (const EnvironmentResult* each : {&before, &after})
    comparison.doubts.insert(comparison.doubts.end(), each->doubts.begin(), each->doubts.end());
  complete(comparison.before, before, gate.before);
  complete(comparison.after, after, gate.after);
  return comparison;
}

}  // namespace mcplumb
