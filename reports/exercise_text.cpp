#include "reports/exercise_text.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "reports/call_line.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kToolsShown = 40, kNameWidth = 32;

std::string roles_of(const ToolUse& use) {
  std::string text;
  for (const SeenRole& seen : use.roles) text += (text.empty() ? "" : ", ") + seen.role;
  return text;
}

std::string why_not(const ToolUse& use) { return use.left_out.empty() ? "the calls had ended" : use.left_out; }

bool was_called(const ToolUse& use) { return use.calls() > 0 || use.given_up > 0; }

// "9 calls, 2 of 2 wrong ones refused, 0.2 ms (p95 0.3 ms): content"
std::string use_line(const ToolUse& use) {
  std::string text = plural(use.made(), "call", "calls");
  if (use.failed > 0) text += ", " + std::to_string(use.failed) + " of " + std::to_string(use.fitting) + " failed";
  if (use.breaking > 0)
    text += ", " + std::to_string(use.refused) + " of " + std::to_string(use.breaking) + " wrong ones refused";
  if (use.given_up > 0) text += ", " + std::to_string(use.given_up) + " given up";
  if (use.times.calls > 0) text += ", " + span_text(use.times.median) + " (p95 " + span_text(use.times.p95) + ")";
  if (const std::string roles = roles_of(use); !roles.empty()) text += ": " + roles;
  return use.left_out.empty() ? text : text + "; " + use.left_out;
}

std::string fault_text(const ToolFault& fault) {
  std::string text = std::string(to_string(fault.kind)) + ": " + shortened(fault.what, 300);
  if (!fault.special.empty()) text += " (" + shortened(fault.special, 120) + ")";
  return fault.times > 1 ? text + ", in " + std::to_string(fault.times) + " calls" : text;
}

class ExerciseText {
 public:
  ExerciseText(const Run& run, const Paint& paint, int width, bool all)
      : run_(run), paint_(paint), width_(width), all_(all) {}

  std::string render() {
    const Exercise& exercise = *run_.exercise;
    std::size_t called = 0, made = 0;
    for (const ToolUse& use : exercise.tools) {
      called += was_called(use) ? 1 : 0;
      made += use.made();
    }
    if (exercise.tools.empty()) return the_rest();
    out_ = "\n" + paint_.bold("tools") + "  " + std::to_string(called) + " of " +
           std::to_string(exercise.tools.size()) + " called, " + plural(made, "call", "calls") +
           " with arguments made from their schemas (--seed " + std::to_string(exercise.seed) + ")\n";
    std::size_t shown = 0, hidden = 0, left_out = 0;
    for (const ToolUse& use : exercise.tools) {
      if (!was_called(use)) {
        if (all_) line(use.tool, "not called: " + why_not(use));
        ++left_out;
      } else if (shown >= kToolsShown && !all_ && use.faults.empty()) {
        ++hidden;
      } else {
        tool(use);
        ++shown;
      }
    }
    if (hidden > 0)
      out_ += "  " + plural(hidden, "more tool", "more tools") + " without anything wrong; -v shows them\n";
    if (left_out > 0 && !all_) not_called();
    return the_rest();
  }

 private:
  std::string the_rest() {
    offers("resources", run_.exercise->resources);
    offers("prompts", run_.exercise->prompts);
    if (const std::string& ended = run_.exercise->ended; !ended.empty())
      out_ += "  " + wrapped("The calls ended early " + ended + ".", 2, width_) + "\n";
    return std::move(out_);
  }

  // Those of which something is to be said.
  void offers(const char* kind, const std::vector<ToolUse>& uses) {
    const auto faulty = static_cast<std::size_t>(
        std::count_if(uses.begin(), uses.end(), [](const ToolUse& use) { return !use.faults.empty(); }));
    if (faulty == 0) return;
    out_ += "\n" + paint_.bold(kind) + "  " + std::to_string(faulty) + " of " + std::to_string(uses.size()) +
            " with something wrong\n";
    std::size_t shown = 0;
    for (const ToolUse& use : uses) {
      if (use.faults.empty() || (++shown > kToolsShown && !all_)) continue;
      out_ += "  " + shortened(use.tool, 200) + "\n";
      for (const ToolFault& fault : use.faults) {
        out_ += "    " + wrapped(fault_text(fault), 4, width_) + "\n";
        if (!fault.arguments.is_null()) out_ += "      " + offer_line(run_, fault.arguments) + "\n";
      }
    }
    if (shown > kToolsShown && !all_) out_ += "  " + std::to_string(shown - kToolsShown) + " more; -v shows them\n";
  }

  void tool(const ToolUse& use) {
    line(use.tool, use_line(use));
    for (const ToolFault& fault : use.faults) {
      out_ += "    " + wrapped(fault_text(fault), 4, width_) + "\n";
      if (!fault.by_chance && !fault.arguments.is_null())
        out_ += "      " + call_line(run_, use.tool, fault.arguments, fault.fits) + "\n";
    }
  }

  void line(const std::string& name, const std::string& text) {
    const std::string shown = padded(fitted(name, kNameWidth), std::min<std::size_t>(widest(), kNameWidth));
    out_ += "  " + shown + "  " + wrapped(text, columns(shown) + 4, width_) + "\n";
  }

  std::size_t widest() const {
    std::size_t most = 0;
    for (const ToolUse& use : run_.exercise->tools) most = std::max(most, columns(use.tool));
    return most;
  }

  // Why the others were not, and how many for each reason.
  void not_called() {
    std::vector<std::pair<std::string, std::size_t>> reasons;
    for (const ToolUse& use : run_.exercise->tools) {
      if (was_called(use)) continue;
      const auto known =
          std::find_if(reasons.begin(), reasons.end(), [&](const auto& r) { return r.first == why_not(use); });
      if (known == reasons.end())
        reasons.emplace_back(why_not(use), 1);
      else
        ++known->second;
    }
    std::string text = "not called: ";
    for (std::size_t i = 0; i < std::min<std::size_t>(reasons.size(), 4); ++i)
      text += (i == 0 ? "" : "; ") + plural(reasons[i].second, "tool", "tools") + " (" + reasons[i].first + ")";
    out_ += "  " + wrapped(text + ".", 2, width_) + "\n";
  }

  const Run& run_;
  const Paint& paint_;
  int width_;
  bool all_;
  std::string out_;
};

}  // namespace

std::string exercise_text(const Run& run, const Paint& paint, int width, bool all) {
  return run.exercise ? ExerciseText(run, paint, width, all).render() : "";
}

std::string exercise_hint(const Run& run) {
  const bool called = run.exercise && !run.exercise->tools.empty();
  if (called || !run.surface || !run.surface->tools.is_array() || run.surface->tools.json().empty()) return "";
  const auto waiting = static_cast<std::size_t>(
      std::count_if(run.outcomes.begin(), run.outcomes.end(), [](const Outcome& each) { return wants_tool(each); }));
  if (waiting == 0) return "";
  const nlohmann::json& tools = run.surface->tools;
  const auto reading = static_cast<std::size_t>(std::count_if(tools.begin(), tools.end(), &says_it_only_reads));
  const std::string need = plural(waiting, "check needs a tool", "checks need a tool");
  if (reading == 0) return need + ", and none says that it only reads: --tools NAME allows one, --tools all every one.";
  return need + "; " + plural(reading, "tool says that it only reads", "tools say that they only read") +
         ": add --tools safe.";
}

}  // namespace mcplumb
