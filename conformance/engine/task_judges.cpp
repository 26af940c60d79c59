#include "conformance/engine/task_judges.hpp"

#include <algorithm>
#include <map>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kShortestId = 16, kFewestDifferences = 8;

std::size_t differences(std::string_view a, std::string_view b) {
  std::size_t count = std::max(a.size(), b.size()) - std::min(a.size(), b.size());
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) count += a[i] != b[i] ? 1 : 0;
  return count;
}

// Why an id could be guessed by whoever knows the one before; empty if nothing speaks for it.
std::string weakness(std::string_view id, std::string_view before) {
  if (id.size() < kShortestId) return "only " + plural(id.size(), "character", "characters");
  const std::size_t differ = before.empty() ? kFewestDifferences : differences(id, before);
  return differ < kFewestDifferences ? "only " + plural(differ, "character", "characters") + " not as in the id before"
                                     : "";
}

// The ids of tasks that a run has seen: heuristic, so it says no more than the level allows.
JudgeResult judge_task_ids(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no two tasks were made");
  std::string before;
  for (const Received& received : input.trace.received) {
    const std::string id(string_member(task_of_call(received.value), "taskId"));
    if (id.empty() || !received.answers) continue;
    if (!before.empty()) ++result.judged;
    if (const std::string why = weakness(id, before); !why.empty() && !before.empty())
      blame(result, input.severity, "result.taskId", "an id with at least 16 random characters",
            shortened(id, 60) + ": " + why, received.exchange);
    before = id;
  }
  return result;
}

// SEP-2663: within the life of a task a key means one question.
JudgeResult judge_task_input_keys(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no task asked for anything");
  std::map<std::pair<std::string, std::string>, std::string> asked;  // by task and key
  for (const Received& received : input.trace.received) {
    const json* answer = member(received.value, "result");
    const json* requests = answer != nullptr ? member(*answer, "inputRequests") : nullptr;
    if (requests == nullptr || !requests->is_object() || !answer->contains("taskId")) continue;
    for (const auto& [key, request] : requests->items()) {
      ++result.judged;
      const std::string text = serialize(request);
      const auto [known, is_new] = asked.try_emplace({serialize((*answer)["taskId"]), key}, text);
      if (!is_new && known->second != text)
        blame(result, input.severity, "result.inputRequests", "a key for one question",
              "the key " + shortened(key, 60) + " for two", received.exchange);
    }
  }
  return result;
}

constexpr NamedJudge kTaskJudges[] = {{"task-id-entropy", judge_task_ids}, {"task-input-keys", judge_task_input_keys}};

}  // namespace

const json& task_of_call(const json& response) {
  static const json kNone;
  const json* result = member(response, "result");
  if (result == nullptr) return kNone;
  if (string_member(*result, "resultType") == "task") return *result;
  const json* task = member(*result, "task");
  return task != nullptr && task->is_object() ? *task : kNone;
}

bool made_a_task(const Trace& trace, std::size_t exchange) {
  return std::any_of(trace.received.begin(), trace.received.end(), [&](const Received& received) {
    return received.answers == exchange && !task_of_call(received.value).is_null();
  });
}

std::span<const NamedJudge> task_judges() { return kTaskJudges; }

}  // namespace mcplumb
