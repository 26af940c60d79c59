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

// How many of the calls each may make, so that what one does not need is for the others.
std::vector<std::size_t> shares_of(std::size_t tools, std::size_t calls, std::size_t calls_of_one) {
  std::vector<std::size_t> shares(tools, 0);
  std::size_t left = calls, open = tools;
  while (left > 0 && open > 0) {
    const std::size_t each = std::max<std::size_t>(left / open, 1);
    open = 0;
    for (std::size_t i = 0; i < tools && left > 0; ++i) {
      const std::size_t more = std::min({each, left, calls_of_one - shares[i]});
      shares[i] += more;
      left -= more;
      if (shares[i] < calls_of_one) ++open;
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

ArgumentWishes wishes_for(const std::string& tool, const RunOptions& options, const EventLoop& loop) {
  return {
      .seed = options.exercise.seed, .given = given_for(tool, options), .stopped = [&loop] { return loop.stopped(); }};
}

// The places of those that may be called, and for which arguments can be made. Each tool of the list gets its use.
std::vector<std::size_t> choose(const json& tools, const RunOptions& options, const EventLoop& loop,
                                std::vector<ToolUse>& uses) {
  std::vector<std::size_t> chosen;
  for (const json& tool : tools) {
    ToolUse& use =
        uses.emplace_back(use_of(options.exercise.tools, string_member(tool, "name"), says_it_only_reads(tool)));
    if (!use.left_out.empty()) continue;
    ArgumentWishes wishes = wishes_for(use.tool, options, loop);
    wishes.only_plainest = true;
    const ArgumentList list = make_arguments(part_at(tool, {"inputSchema"}), wishes);
    use.left_out = list.problem;
    if (list.all.empty() && !list.at_limit.empty()) use.own_limit = list.at_limit;
    if (!list.all.empty()) chosen.push_back(uses.size() - 1);
  }
  return chosen;
}

// What a program holds, before it is called and after.
class MemoryWatch {
 public:
  explicit MemoryWatch(const ToolCaller& caller)
      : caller_(caller), program_(caller.program()), before_(program_ == 0 ? 0 : memory()) {}
  // It can be looked at, and is the same program still.
  bool can_tell() const { return program_ != 0 && program_ == caller_.program(); }
  // So much that it is worth finding out by which tool.
  bool grew_by(std::size_t calls) const { return memory() - before_ > kWorthALook * static_cast<double>(calls); }

 private:
  double memory() const { return usage_of_tree(program_).memory_bytes; }
  const ToolCaller& caller_;
  long program_;
  double before_;
};

}  // namespace

void exercise_tools(ToolCaller& caller, const RunOptions& options, const json& tools, std::size_t calls,
                    Exercise& exercise) {
  const EventLoop& loop = caller.loop();
  const std::vector<std::size_t> chosen = choose(tools, options, loop, exercise.tools);
  if (loop.stopped()) exercise.ended = "before a tool was called: " + loop.why_stopped();
  if (chosen.empty() || loop.stopped()) return;
  std::optional<Surface> lists;
  if (tools.size() <= kListsWorthReading && caller.session() != nullptr) lists = caller.lists();
  const std::vector<std::size_t> shares = shares_of(chosen.size(), calls, options.exercise.calls_of_one);
  const MemoryWatch memory(caller);
  std::deque<ToolExerciser> exercised;
  std::size_t made = 0;
  std::string ended;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    ToolUse& use = exercise.tools[chosen[i]];
    if (!ended.empty() || shares[i] == 0) {
      use.left_out = ended.empty() ? "the other tools needed all the calls (--calls)" : "not called any more";
      continue;
    }
    if (options.progress) options.progress(i, chosen.size(), use.tool);
    const json& tool = tools[chosen[i]];
    ArgumentList arguments = make_arguments(part_at(tool, {"inputSchema"}), wishes_for(use.tool, options, loop));
    if (arguments.all.empty()) {
      use.left_out = arguments.problem;
      if (loop.stopped()) ended = "at the tool " + shortened(use.tool, 60) + ": " + loop.why_stopped();
      continue;
    }
    ToolExerciser& one =
        exercised.emplace_back(caller,
                               ToolExercise{tool, options.exercise, std::move(arguments), says_it_only_reads(tool),
                                            shares[i], lists ? &*lists : nullptr},
                               use);
    made += one.carry_out();
    if (one.is_over() || caller.loop().stopped())
      ended = "at the tool " + shortened(use.tool, 60) + ": " +
              shortened(caller.why_none().empty() ? caller.loop().why_stopped() : caller.why_none(), 300);
  }
  if (!ended.empty()) exercise.ended = ended;
  if (made == 0 || !memory.can_tell()) return;
  if (!memory.grew_by(made)) {
    for (ToolUse& use : exercise.tools) use.measured = use.calls();
    return;
  }
  for (ToolExerciser& one : exercised)
    if (ended.empty() && made < calls) made += one.look_at_memory(calls - made);
}

void assign_roles(const Exercise& exercise, std::multimap<std::string, ToolRole>& roles) {
  std::map<std::string, ToolRole> found;
  for (const ToolUse& use : exercise.tools)
    for (const SeenRole& seen : use.roles)
      if (roles.count(seen.role) == 0) found.try_emplace(seen.role, ToolRole{use.tool, seen.arguments});
  roles.insert(found.begin(), found.end());
}

}  // namespace mcplumb
