// The rounds of a request for which the server needs input of the client's (2026-07-28, basic/patterns/mrtr).
#include "client/jsonrpc/message.hpp"
#include "client/session/session.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr int kRoundsMax = 10;

// There is no error to send instead, as there was in the stateful era; so a text that says so stands in for a model's.
json sampled() {
  return {{"role", "assistant"},
          {"content", {{"type", "text"}, {"text", "mcplumb has no model; this text stands in for one"}}},
          {"model", "mcplumb"},
          {"stopReason", "endTurn"}};
}

}  // namespace

// If the request was answered with a wish for input that we have: asks again, with it and under a new id.
void Session::go_on(Pending& pending) {
  const json* result = member(trace_.received[*pending.answer.received].value, "result");
  if (result == nullptr || string_member(*result, "resultType") != "input_required") return;
  if (pending.round >= kRoundsMax) return;
  json params = pending.params.is_object() ? pending.params : json::object();
  params.erase("inputResponses");
  params.erase("requestState");
  const json* wishes = member(*result, "inputRequests");
  const json* state = member(*result, "requestState");
  if (wishes == nullptr && state == nullptr) return;
  if (wishes != nullptr) {
    const std::optional<json> responses = input_for(*wishes);
    if (!responses) return;
    params["inputResponses"] = *responses;
  }
  if (state != nullptr) params["requestState"] = *state;
  RequestOptions options = pending.options;
  options.id = nullptr;
  const Ticket next = start(pending.method, std::move(params), std::move(options));
  requests_.at(next).round = pending.round + 1;
  pending.next = next;
}

std::optional<json> Session::input_for(const json& wishes) const {
  if (!wishes.is_object()) return std::nullopt;
  json responses = json::object();
  for (const auto& [key, wish] : wishes.items()) {
    const json answer = answer_to(wish);
    if (const json* result = member(answer, "result"))
      responses[key] = *result;
    else if (string_member(wish, "method") == "sampling/createMessage" && options_.capabilities.contains("sampling"))
      responses[key] = sampled();
    else
      return std::nullopt;
  }
  return responses;
}

}  // namespace mcplumb
