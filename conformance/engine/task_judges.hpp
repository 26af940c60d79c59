// Judgments about tasks. Private to the engine.
#pragma once

#include "conformance/engine/message_judges.hpp"

namespace mcplumb {

// The task that a response to tools/call brought; null if it brought none.
const nlohmann::json& task_of_call(const nlohmann::json& response);
// Whether a request was answered with a task: then what belongs to it goes on behind the response.
bool made_a_task(const Trace& trace, std::size_t exchange);

std::span<const NamedJudge> task_judges();

}  // namespace mcplumb
