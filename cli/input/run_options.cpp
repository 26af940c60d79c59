#include "cli/input/run_options.hpp"

#include <charconv>

#include "cli/input/target.hpp"
#include "cli/input/usage.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/session/session.hpp"
#include "client/text/printable.hpp"
#include "client/text/wording.hpp"
#include "conformance/language/duration.hpp"

namespace mcplumb::cli {
namespace {

// ROLE=NAME or ROLE=NAME {json}
std::pair<std::string, ToolRole> parse_tool(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string wrong = "--tool '" + printable(text) +
                            "' is not ROLE=NAME or 'ROLE=NAME {\"argument\": value}'; the roles are in `mcplumb help "
                            "check`, and --tools NAME lets a tool be called without one";
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) throw usage(wrong);
  const std::size_t brace = text.find('{', equals);
  ToolRole role;
  role.tool = text.substr(equals + 1, brace == std::string::npos ? brace : brace - equals - 1);
  role.tool.erase(role.tool.find_last_not_of(' ') + 1);
  if (role.tool.empty()) throw usage(wrong);
  if (brace != std::string::npos) {
    Result<nlohmann::json> arguments = parse_json(text.substr(brace), {}, nullptr);
    if (!arguments)
      throw usage("--tool " + text.substr(0, equals) + ": its arguments are not JSON: " + arguments.error().what);
    role.arguments = std::move(*arguments);
  }
  return {text.substr(0, equals), std::move(role)};
}

// NAME or NAME {json}, as params of prompts/get
nlohmann::json parse_prompt(const std::string& text) {
  const std::size_t brace = text.find('{');
  std::string name = text.substr(0, brace);
  name.erase(name.find_last_not_of(' ') + 1);
  if (name.empty()) throw usage("--prompt '" + printable(text) + "' is not NAME or 'NAME {\"argument\": \"value\"}'");
  nlohmann::json params = {{"name", name}};
  if (brace == std::string::npos) return params;
  Result<nlohmann::json> arguments = parse_json(text.substr(brace), {}, nullptr);
  if (!arguments)
    throw usage("--prompt " + printable(name) + ": its arguments are not JSON: " + arguments.error().what);
  for (const auto& [key, value] : arguments->items())
    if (!value.is_string())
      throw usage("--prompt " + printable(name) + ": the argument " + printable(key) + " must be text, in quotes");
  params["arguments"] = std::move(*arguments);
  return params;
}

}  // namespace

Micros parse_duration(const std::string& text, const std::string& option) {
  const auto span = mcplumb::parse_duration(text);
  if (!span || span->count() <= 0)
    throw usage(option + " " + printable(text) + " is not a duration; write 500ms, 10s or 2m");
  return span->count() * kMillisecond;
}

std::size_t parse_size(const std::string& text, const std::string& option) {
  constexpr std::size_t kMost = 2ULL << 30;
  std::size_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit(static_cast<const char*>(end), text.data() + text.size());
  constexpr std::pair<std::string_view, int> kUnits[] = {{"", 0}, {"k", 10}, {"K", 10}, {"M", 20}, {"G", 30}};
  for (const auto& [name, shift] : kUnits)
    if (unit == name && problem == std::errc() && number > 0 && number <= kMost >> shift) return number << shift;
  throw usage(option + " " + printable(text) + " is not a size; write 500k, 16M or 1G (at most 2G)");
}

std::string revision_of(const TargetOptions& options) {
  const std::string& revision = options.revision;
  if (options.transport == to_string(TransportKind::http_sse) &&
      (options.era == "stateless" || revision == kStatelessRevision))
    throw usage("the transport http-sse is older than revision 2026-07-28; there is no such server");
  if (!revision.empty() && !is_published_revision(revision))
    throw usage("--revision " + printable(revision) + " is not a published revision; known are " +
                listed(published_revisions()));
  if (options.era == "auto") return revision;
  const Era era = options.era == "stateless" ? Era::stateless : Era::stateful;
  if (revision.empty()) return std::string(era == Era::stateless ? kStatelessRevision : kNewestHandshakeRevision);
  if (era_of(revision) != era) throw usage("--revision " + revision + " does not belong to --era " + options.era);
  return revision;
}

void exercise_by_flags(ExerciseOptions& exercise, const CalledOptions& options) {
  for (const auto& [selection, words] :
       {std::pair(&exercise.tools, &options.call_tools), std::pair(&exercise.resources, &options.call_resources),
        std::pair(&exercise.prompts, &options.call_prompts)}) {
    if (!words->empty()) *selection = {false, {}, std::move(selection->except)};
    for (const std::string& word : *words) selection->allow(word);
    selection->except.insert(selection->except.end(), options.call_not.begin(), options.call_not.end());
  }
  if (options.seed) exercise.seed = *options.seed;
  if (options.calls) exercise.calls = *options.calls;
}

RunOptions run_options(const CheckOptions& options) {
  RunOptions run;
  run.target = target_of(options);
  run.revision = revision_of(options);
  run.names_must_exist = true;
  run.one_era = !options.suites.empty();  // what a user wrote is carried out once
  run.only = options.only;
  run.skip = options.skip;
  for (const std::string& tool : options.tools) run.roles.insert(parse_tool(tool));
  for (const std::string& uri : options.resources)
    uri.ends_with('*') ? run.resource_prefixes.push_back(uri.substr(0, uri.size() - 1)) : run.resources.push_back(uri);
  for (const std::string& prompt : options.prompts) run.prompts.push_back(parse_prompt(prompt));
  exercise_by_flags(run.exercise, options);
  run.strict = options.strict;
  run.slow = options.slow;
  run.fail_fast = options.fail_fast;
  run.migrate = options.migrate;
  run.at_once = static_cast<std::size_t>(options.jobs);
  run.retries = static_cast<std::size_t>(options.retries);
  run.deadline = parse_duration(options.deadline, "--deadline");
  run.idle_window = parse_duration(options.idle_window, "--idle-window");
  run.exercise.deadline = run.deadline;
  run.total_deadline = parse_duration(options.total_deadline, "--total-deadline");
  return run;
}

void end_in_time(EventLoop& loop, const TargetOptions& options) {
  loop.end_at(loop.now() + parse_duration(options.total_deadline, "--total-deadline"));
}

}  // namespace mcplumb::cli
