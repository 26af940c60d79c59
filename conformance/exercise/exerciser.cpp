#include "conformance/exercise/exerciser.hpp"

#include <algorithm>
#include <deque>
#include <map>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/exercise/selection.hpp"
#include "conformance/exercise/tool_exercise.hpp"
#include "conformance/probes/process_usage.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kListsWorthReading = 200;  // tools; with more, each look at the lists costs too much

constexpr double kWorthALook = 32.0 * 1024;  // more memory than before, for each call

struct Chosen {
  std::size_t place;  // in the list
  ArgumentList arguments;
};

// How many calls each may make, so that what one does not need is for the others.
std::vector<std::size_t> shares_of(const std::vector<Chosen>& chosen, const ExerciseOptions& options) {
  std::vector<std::size_t> shares(chosen.size(), 0);
  std::size_t left = options.calls, open = chosen.size();
  while (left > 0 && open > 0) {
    const std::size_t each = std::max<std::size_t>(left / open, 1);
    open = 0;
    for (std::size_t i = 0; i < chosen.size() && left > 0; ++i) {
      const std::size_t more = std::min({each, left, options.calls_of_one - shares[i]});
      shares[i] += more;
      left -= more;
      if (shares[i] < options.calls_of_one) ++open;
    }
  }
  return shares;
}

// What the user said to call the tool with, in some role (--tool).
std::vector<json> given_for(const std::string& tool, const RunOptions& options) {
  std::vector<json> given;
  for (const auto& [role, assigned] : options.roles)
    if (assigned.tool == tool && role != "refuses" && !assigned.arguments.empty()) given.push_back(assigned.arguments);
  return given;
}

}  // namespace

Exercise exercise_tools(NeedProbes& needs, SessionPool& sessions, HttpClient& http, const RunOptions& options,
                        const json& tools) {
  Exercise exercise;
  exercise.seed = options.exercise.seed;
  std::vector<Chosen> chosen;
  for (const json& tool : tools) {
    ToolUse& use = exercise.tools.emplace_back();
    use.tool = std::string(string_member(tool, "name"));
    use.left_out = why_not_allowed(options.exercise.tools, tool);
    if (!use.left_out.empty()) continue;
    ArgumentList list =
        make_arguments(part_at(tool, {"inputSchema"}), options.exercise.seed, given_for(use.tool, options));
    use.left_out = list.problem;
    if (!list.all.empty()) chosen.push_back({exercise.tools.size() - 1, std::move(list)});
  }
  if (chosen.empty()) return exercise;
  ToolCaller caller(needs, sessions, http, options);
  std::optional<Surface> lists;
  if (tools.size() <= kListsWorthReading && caller.session() != nullptr) lists = caller.lists();
  const std::vector<std::size_t> shares = shares_of(chosen, options.exercise);
  std::size_t calls = 0;
  std::deque<ToolExerciser> exercised;
  const long program = caller.program();
  const double memory = program == 0 ? 0 : usage_of_tree(program).memory_bytes;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    ToolUse& use = exercise.tools[chosen[i].place];
    if (!exercise.ended.empty() || shares[i] == 0) {
      use.left_out = exercise.ended.empty() ? "the other tools needed all the calls (--calls)" : "not called any more";
      continue;
    }
    if (options.exercise.progress) options.exercise.progress(use.tool, calls);
    const json& tool = tools[chosen[i].place];
    ToolExerciser& one =
        exercised.emplace_back(caller,
                               ToolExercise{tool, options.exercise, std::move(chosen[i].arguments),
                                            says_it_only_reads(tool), shares[i], lists ? &*lists : nullptr},
                               use);
    calls += one.carry_out();
    if (one.is_over() || caller.loop().stopped())
      exercise.ended = "at the tool " + shortened(use.tool, 60) + ": " +
                       (caller.why_none().empty() ? "it was interrupted" : shortened(caller.why_none(), 300));
  }
  // Which of them it is has to be found out only where there is something to find.
  const bool known = program != 0 && program == caller.program() && calls > 0;
  const bool grew = known && usage_of_tree(program).memory_bytes - memory > kWorthALook * static_cast<double>(calls);
  for (ToolExerciser& one : exercised)
    if (grew && exercise.ended.empty() && calls < options.exercise.calls)
      calls += one.look_at_memory(options.exercise.calls - calls);
  if (known && !grew)
    for (ToolUse& use : exercise.tools) use.measured = use.fitting + use.breaking;
  return exercise;
}

void assign_roles(const Exercise& exercise, std::multimap<std::string, ToolRole>& roles) {
  std::map<std::string, ToolRole> found;
  for (const ToolUse& use : exercise.tools)
    for (const SeenRole& seen : use.roles)
      if (roles.count(seen.role) == 0) found.try_emplace(seen.role, ToolRole{use.tool, seen.arguments});
  roles.insert(found.begin(), found.end());
}

}  // namespace mcplumb
