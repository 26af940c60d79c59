#include "conformance/record/exercise.hpp"

#include <algorithm>
#include <array>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

constexpr std::array<std::string_view, 14> kWords = {"unanswered", "silent",  "structured", "text",    "accepted",
                                                     "extra",      "crashed", "media",      "session", "lists",
                                                     "mixed",      "memory",  "progress",   "withheld"};

constexpr std::string_view kRolesToBeSeen[] = {
    "change-prompts", "change-resources", "change-tools", "content",  "failing", "header-params", "input",
    "input-sampling", "input-url",        "log",          "progress", "slow",    "structured"};

template <class Faults>
auto find_in(Faults& faults, ToolFaultKind kind) {
  const auto found =
      std::find_if(faults.begin(), faults.end(), [&](const ToolFault& each) { return each.kind == kind; });
  return found == faults.end() ? nullptr : &*found;
}

std::size_t calls_of(const std::vector<ToolUse>& uses) {
  std::size_t sum = 0;
  for (const ToolUse& use : uses) sum += use.calls();
  return sum;
}

}  // namespace

std::span<const std::string_view> roles_to_be_seen() { return kRolesToBeSeen; }

std::vector<std::string_view> tool_fault_words() { return {kWords.begin(), kWords.end()}; }

std::string_view to_string(ToolFaultKind kind) { return kWords[static_cast<std::size_t>(kind)]; }

std::optional<ToolFaultKind> tool_fault_from(std::string_view word) {
  const auto found = std::find(kWords.begin(), kWords.end(), word);
  if (found == kWords.end()) return std::nullopt;
  return static_cast<ToolFaultKind>(found - kWords.begin());
}

ToolTimes times_of(std::vector<Micros> spans) {
  ToolTimes times;
  times.calls = spans.size();
  if (spans.empty()) return times;
  std::sort(spans.begin(), spans.end());
  const auto at = [&](std::size_t percent) { return spans[std::min(spans.size() - 1, spans.size() * percent / 100)]; };
  times.low = at(10);
  times.median = at(50);
  times.p95 = at(95);
  times.high = at(90);
  times.most = spans.back();
  return times;
}

void ToolUse::add_at_limit(const std::string& which) {
  ++at_limit;
  if (own_limit.empty()) own_limit = which;
  std::erase_if(faults, [](const ToolFault& fault) { return fault.kind == ToolFaultKind::silent; });
}

const ToolFault* ToolUse::find(ToolFaultKind kind) const { return find_in(faults, kind); }
ToolFault* ToolUse::find(ToolFaultKind kind) { return find_in(faults, kind); }

std::size_t Exercise::calls() const { return calls_of(tools); }
std::size_t Exercise::asked() const { return calls() + calls_of(resources) + calls_of(prompts); }
std::size_t Exercise::made() const {
  std::size_t sum = asked();
  for (const ToolUse& use : tools) sum += use.together;
  return sum;
}

bool says_it_only_reads(const nlohmann::json& tool) {
  return part_at(tool, {"annotations", "readOnlyHint"}) == true &&
         part_at(tool, {"annotations", "destructiveHint"}) != true;
}

}  // namespace mcplumb
