#include "conformance/engine/task_judges.hpp"

#include <doctest/doctest.h>

#include "conformance/engine/test_judge.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

// A run in which each of these came as the response to a request of its own, of one session.
struct Story {
  explicit Story(const std::vector<json>& results) {
    for (const json& result : results) {
      Exchange& exchange = trace.exchanges.emplace_back();
      exchange.number = trace.exchanges.size() - 1;
      exchange.session = "s1";
      exchange.message = {{"id", exchange.number}, {"method", "tools/call"}};
      Received received;
      received.exchange = exchange.number;
      received.answers = exchange.number;
      received.value = json{{"id", exchange.number}, {"result", result}};
      trace.received.push_back(std::move(received));
    }
  }

  JudgeResult judged(std::string_view judge) const { return judged_by(judge, trace, Check(), Verdict::warn); }

  Trace trace;
};

json old_task(const std::string& id) { return {{"task", {{"taskId", id}, {"status", "working"}}}}; }
json new_task(const std::string& id) { return {{"resultType", "task"}, {"taskId", id}, {"status", "working"}}; }
json waiting(const std::string& id, const char* key, const char* message) {
  return {{"taskId", id},
          {"inputRequests", {{key, {{"method", "elicitation/create"}, {"params", {{"message", message}}}}}}}};
}

}  // namespace

TEST_CASE("judges: ids of tasks that can be guessed are told from those that cannot") {
  const auto findings = [](const json& first, const json& second) {
    return Story(std::vector<json>{first, second}).judged("task-id-entropy").findings.size();
  };
  CHECK(findings(old_task("786512e2-9e0d-44bd-8f29-789f320fe840"), old_task("1f0c8a11-7b5e-4a0c-9a53-0e1d2c3b4a59")) ==
        0);
  CHECK(findings(new_task("786512e2-9e0d-44bd-8f29-789f320fe840"), new_task("1f0c8a11-7b5e-4a0c-9a53-0e1d2c3b4a59")) ==
        0);
  CHECK(findings(old_task("task-1"), old_task("task-2")) == 1);
  CHECK(findings(new_task("task-of-this-server-0000001"), new_task("task-of-this-server-0000002")) == 1);
  CHECK(Story(std::vector<json>{old_task("task-1")}).judged("task-id-entropy").judged == 0);
}

TEST_CASE("judges: a key of a task is one question, and another task may use it again") {
  const auto findings = [](const json& second) {
    return Story(std::vector<json>{waiting("a", "k", "Who?"), second}).judged("task-input-keys").findings.size();
  };
  CHECK(findings(waiting("a", "k", "Who?")) == 0);
  CHECK(findings(waiting("a", "l", "Sure?")) == 0);
  CHECK(findings(waiting("b", "k", "Sure?")) == 0);
  CHECK(findings(waiting("a", "k", "Sure?")) == 1);
}

TEST_CASE("judges: a call that made a task goes on behind its response") {
  const Story story(std::vector<json>{old_task("a"), {{"content", json::array()}}});
  CHECK(made_a_task(story.trace, 0));
  CHECK_FALSE(made_a_task(story.trace, 1));
}

}  // namespace mcplumb
