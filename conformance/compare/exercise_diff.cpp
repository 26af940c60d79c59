#include "conformance/compare/exercise_diff.hpp"

#include <algorithm>
#include <map>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kNameAtMost = 100, kFewestCalls = 3;

// Who calls the tool is not hurt by these.
bool is_harmless(ToolFaultKind kind) {
  return kind == ToolFaultKind::accepted || kind == ToolFaultKind::extra || kind == ToolFaultKind::lists ||
         kind == ToolFaultKind::memory || kind == ToolFaultKind::progress || kind == ToolFaultKind::text;
}

std::string told(const ToolFault& fault) {
  return shortened(fault.what, 300) + "; the smallest arguments: " + shortened(serialize(fault.arguments), 200) +
         (fault.by_chance ? "; when it was called again, it did not come" : "");
}

// What is compared: "tools", "the tool".
struct CalledKind {
  const char *id, *name;
};

Change about(const CalledKind& kind, const ToolUse& tool, std::string_view end, Effect effect,
             const std::string& what) {
  Change change;
  change.id = std::string(kind.id) + "." + shortened(tool.tool, kNameAtMost) + "." + std::string(end);
  change.area = Area::behaviour;
  change.effect = effect;
  change.what = std::string(kind.name) + " " + shortened(tool.tool, kNameAtMost) + " " + what;
  return change;
}

class ExerciseDiff {
 public:
  explicit ExerciseDiff(const CalledKind& kind) : kind_(kind) {}
  Changes compare(const ToolUse& was, const ToolUse& is) {
    for (std::size_t i = 0; i < tool_fault_words().size(); ++i) compare_kind(was, is, static_cast<ToolFaultKind>(i));
    compare_failing(was, is);
    return std::move(changes_);
  }

 private:
  void compare_kind(const ToolUse& was, const ToolUse& is, ToolFaultKind kind) {
    const ToolFault *old = was.find(kind), *now = is.find(kind);
    if ((old == nullptr) == (now == nullptr)) return;
    const bool harmless = now == nullptr || now->by_chance || is_harmless(kind);
    const Effect effect = now == nullptr ? Effect::better : harmless ? Effect::changed : Effect::broken;
    Change change =
        about(kind_, is, to_string(kind), effect, now != nullptr ? "shows a fault" : "shows a fault no more");
    change.before = old != nullptr ? told(*old) : "not seen in " + plural(was.calls(), "call", "calls");
    change.after = now != nullptr ? told(*now) : "not seen in " + plural(is.calls(), "call", "calls");
    if (now != nullptr) change.exchange = now->exchange;
    if (old != nullptr) change.exchange_before = old->exchange;
    changes_.push_back(std::move(change));
  }

  // Calls with arguments that fit the schema, answered as a failure.
  void compare_failing(const ToolUse& was, const ToolUse& is) {
    if (was.fitting < kFewestCalls || is.fitting < kFewestCalls) return;
    const bool none_now = is.failed == is.fitting && was.failed < was.fitting;
    const bool all_again = was.failed == was.fitting && is.failed < is.fitting;
    const double before = static_cast<double>(was.failed) / static_cast<double>(was.fitting);
    const double after = static_cast<double>(is.failed) / static_cast<double>(is.fitting);
    const bool more = after >= before + 0.2 && is.failed >= was.failed + kFewestCalls;
    if (!none_now && !all_again && !more) return;
    Change change = about(kind_, is, "fails",
                          none_now    ? Effect::broken
                          : all_again ? Effect::better
                                      : Effect::changed,
                          none_now    ? "fails whatever it is called with"
                          : all_again ? "does not fail each time any more"
                                      : "fails more often");
    const auto share = [](const ToolUse& use) {
      return std::to_string(use.failed) + " of " + plural(use.fitting, "call", "calls") + " failed";
    };
    change.before = share(was);
    change.after = share(is);
    changes_.push_back(std::move(change));
  }

  const CalledKind& kind_;
  Changes changes_;
};

void compare_uses(const CalledKind& kind, const std::vector<ToolUse>& before, const std::vector<ToolUse>& after,
                  Changes& all) {
  std::map<std::string_view, const ToolUse*> uses;
  for (const ToolUse& use : before)
    if (use.calls() > 0) uses.emplace(use.tool, &use);
  for (const ToolUse& use : after) {
    const auto found = use.calls() > 0 ? uses.find(use.tool) : uses.end();
    if (found == uses.end()) continue;
    Changes changes = ExerciseDiff(kind).compare(*found->second, use);
    std::move(changes.begin(), changes.end(), std::back_inserter(all));
  }
}

}  // namespace

Changes compare_exercises(const Exercise& before, const Exercise& after) {
  Changes all;
  compare_uses({"tools", "the tool"}, before.tools, after.tools, all);
  compare_uses({"resources", "the resource"}, before.resources, after.resources, all);
  compare_uses({"prompts", "the prompt"}, before.prompts, after.prompts, all);
  return all;
}

std::vector<std::string> tools_that_broke(const Exercise& before, const Exercise& after) {
  std::vector<std::string> names;
  for (const ToolUse& use : after.tools) {
    Exercise alone;
    alone.tools = {use};
    const Changes changes = compare_exercises(before, alone);
    if (std::any_of(changes.begin(), changes.end(), [](const Change& each) { return each.effect == Effect::broken; }))
      names.push_back(use.tool);
  }
  return names;
}

}  // namespace mcplumb
