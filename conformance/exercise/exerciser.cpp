#include "conformance/exercise/exerciser.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/exercise/arguments.hpp"
#include "conformance/exercise/call_look.hpp"
#include "conformance/exercise/selection.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kShrinkingCalls = 12, kFaultsOfOneTool = 12, kSilentAtMost = 2;

// A tool that is called, and how far it has come.
struct Exercised {
  const json* tool;
  ToolUse* use;
  std::vector<MadeArguments> arguments;
  std::size_t next = 0, silent = 0;
  std::vector<Micros> spans;
};

class Exerciser {
 public:
  Exerciser(NeedProbes& needs, HttpClient& http, const ExerciseOptions& options)
      : needs_(needs), http_(http), options_(options) {}

  Exercise carry_out(const json& tools) {
    exercise_.seed = options_.seed;
    exercise_.tools.reserve(tools.size());
    for (const json& tool : tools) choose(tool);
    bool more = true;
    for (std::size_t calls = 0; more && exercise_.ended.empty();) {
      more = false;
      for (Exercised& each : chosen_) {
        if (each.next >= each.arguments.size()) continue;
        if (calls++ >= options_.calls) {
          exercise_.ended = "the bound of " + std::to_string(options_.calls) + " calls was reached (--calls)";
          break;
        }
        more = true;
        if (options_.progress) options_.progress(each.use->tool, calls);
        call_next(each);
        if (!exercise_.ended.empty()) break;
      }
    }
    for (Exercised& each : chosen_) each.use->times = times_of(std::move(each.spans));
    return std::move(exercise_);
  }

 private:
  void choose(const json& tool) {
    ToolUse& use = exercise_.tools.emplace_back();
    use.tool = std::string(string_member(tool, "name"));
    use.left_out = why_not_allowed(options_.tools, tool);
    if (!use.left_out.empty()) return;
    ArgumentList list = make_arguments(part_at(tool, {"inputSchema"}), options_.seed);
    use.left_out = list.problem;
    if (list.all.empty()) return;
    // Some of each kind, where there is not room for all.
    const auto breaking =
        std::find_if(list.all.begin(), list.all.end(), [](const MadeArguments& a) { return !a.fits; });
    const auto fitting = static_cast<std::size_t>(breaking - list.all.begin());
    const std::size_t most = options_.calls_of_one, wrong = std::min(list.all.size() - fitting, most / 3);
    const std::size_t right = std::min(fitting, most - wrong);
    Exercised& made = chosen_.emplace_back(Exercised{&tool, &use, {}, 0, 0, {}});
    std::move(list.all.begin(), list.all.begin() + static_cast<long>(right), std::back_inserter(made.arguments));
    std::move(breaking, breaking + static_cast<long>(wrong), std::back_inserter(made.arguments));
  }

  void call_next(Exercised& each) {
    const MadeArguments& arguments = each.arguments[each.next++];
    const std::optional<CallLook> look = call(each, arguments);
    if (!look) return;
    ToolUse& use = *each.use;
    ++(arguments.fits ? use.fitting : use.breaking);
    if (look->refused) ++(arguments.fits ? use.failed : use.refused);
    if (arguments.fits && look->answered && !look->refused) each.spans.push_back(look->took);
    for (const std::string& role : look->roles)
      if (std::find(use.roles.begin(), use.roles.end(), role) == use.roles.end()) use.roles.push_back(role);
    for (const ToolFault& fault : look->faults) take(each, arguments, fault);
    if (!look->answered && ++each.silent >= kSilentAtMost) {
      use.left_out = "it did not answer " + std::to_string(each.silent) + " calls; no more were made";
      each.next = each.arguments.size();
    }
    if (!look->answered || look->has(ToolFaultKind::crashed)) see_whether_alive(each, arguments);
  }

  // Absent: there is no session any more.
  std::optional<CallLook> call(const Exercised& each, const MadeArguments& arguments) {
    OpenSession* session = needs_.shared();
    if (session == nullptr || http_.loop().stopped()) {
      exercise_.ended = http_.loop().stopped() ? "it was interrupted" : "no session can be opened any more";
      return std::nullopt;
    }
    std::vector<json> progress;
    RequestOptions request;
    request.purpose = kExercisePurpose;
    request.deliberate = !arguments.fits;
    request.deadline = http_.loop().now() + options_.deadline;
    request.meta = {{"progressToken", "exercise-" + std::to_string(++calls_)}};
    request.on_progress = [&](const json& params) { progress.push_back(params); };
    const Answer answer = session->session->request(
        "tools/call", {{"name", each.use->tool}, {"arguments", arguments.value}}, std::move(request));
    return look_at_call(http_.trace(), answer, *each.tool, arguments, progress, session->opening().revision);
  }

  // The same fault of the same tool is told once, with the smallest arguments that show it.
  void take(Exercised& each, const MadeArguments& arguments, ToolFault fault) {
    std::vector<ToolFault>& known = each.use->faults;
    const auto same = std::find_if(known.begin(), known.end(), [&](const ToolFault& other) {
      return other.kind == fault.kind && (fault.kind != ToolFaultKind::accepted || other.what == fault.what);
    });
    if (same != known.end()) {
      ++same->times;
      return;
    }
    if (known.size() >= kFaultsOfOneTool) return;
    fault.arguments = arguments.value;
    fault.special = arguments.what;
    if (arguments.fits && fault.kind != ToolFaultKind::unanswered) shrink(each, arguments, fault);
    known.push_back(std::move(fault));
  }

  // Leaves out one member after the other, as long as the fault stays.
  void shrink(Exercised& each, const MadeArguments& arguments, ToolFault& fault) {
    MadeArguments smallest = arguments;
    std::size_t calls = 0;
    for (const auto& [name, value] : arguments.value.items()) {
      if (calls >= kShrinkingCalls || !exercise_.ended.empty()) break;
      MadeArguments tried = smallest;
      tried.value.erase(name);
      if (!fits_schema(*each.tool, tried.value)) continue;
      ++calls;
      const std::optional<CallLook> look = call(each, tried);
      if (look && look->has(fault.kind)) smallest = std::move(tried);
    }
    fault.arguments = smallest.value;
  }

  // After a call that went wrong: a ping in its session.
  void see_whether_alive(Exercised& each, const MadeArguments& arguments) {
    OpenSession* before = needs_.shared();
    const std::string label = before != nullptr ? before->label : "";
    needs_.verify_shared();
    OpenSession* after = needs_.shared();
    if (after != nullptr && after->label == label) return;
    ToolFault fault;
    fault.kind = ToolFaultKind::session;
    fault.what = after == nullptr ? "after the call no session can be opened any more"
                                  : "after the call its session is not served any more";
    fault.exchange =
        http_.trace().exchanges.empty() ? std::nullopt : std::optional(http_.trace().exchanges.back().number);
    take(each, arguments, std::move(fault));
    if (after == nullptr)
      exercise_.ended = "after a call of " + shortened(each.use->tool, 60) + " no session can be opened any more";
  }

  NeedProbes& needs_;
  HttpClient& http_;
  const ExerciseOptions& options_;
  Exercise exercise_;
  std::vector<Exercised> chosen_;
  std::size_t calls_ = 0;
};

}  // namespace

Exercise exercise_tools(NeedProbes& needs, HttpClient& http, const json& tools, const ExerciseOptions& options) {
  return Exerciser(needs, http, options).carry_out(tools);
}

}  // namespace mcplumb
