// Judgments about how servers ask their clients: ids, tokens, cancellations, and what is told when it is over.
#include <algorithm>
#include <map>

#include "client/jsonrpc/message.hpp"
#include "conformance/engine/question_judges.hpp"
#include "conformance/engine/questions.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr Micros kCrossing = 2 * kSecond;  // what was on its way

// A request of the server's own, and when we answered it.
struct OwnRequest {
  const Question* question;
  const json* id;
  Micros answered = kNever;
};

std::vector<OwnRequest> own_requests(const JudgeInput& input, const std::vector<Question>& questions) {
  std::vector<OwnRequest> all;
  for (const Question& question : questions) {
    const json* id = member(*question.request, "id");
    if (id == nullptr) continue;
    OwnRequest own{&question, id};
    for (const Exchange& exchange : input.trace.exchanges) {
      const json* answered = member(exchange.message, "id");
      const bool is_response = exchange.message.contains("result") || exchange.message.contains("error");
      if (answered != nullptr && is_response && exchange.session == question.session && same_id(*answered, *id))
        own.answered = exchange.request.at;
    }
    all.push_back(own);
  }
  return all;
}

const OwnRequest* request_of(const std::vector<OwnRequest>& all, const std::string& session, const json& id) {
  for (const OwnRequest& each : all)
    if (each.question->session == session && same_id(*each.id, id)) return &each;
  return nullptr;
}

using CancelJudge = void (*)(const JudgeInput&, const Told&, const json& id, const OwnRequest*, JudgeResult&);

JudgeResult judge_cancels(const JudgeInput& input, CancelJudge look) {
  JudgeResult result = nothing_seen("the server cancelled nothing");
  const std::vector<Question> questions = all_questions(input.trace);
  const std::vector<OwnRequest> own = own_requests(input, questions);
  for (const Told& told : all_told(input.trace)) {
    if (string_member(told.received->value, "method") != "notifications/cancelled") continue;
    const json& id = part_at(told.received->value, {"params", "requestId"});
    if (!id.is_null()) look(input, told, id, request_of(own, told.session, id), result);
  }
  return result;
}

// basic/utilities/cancellation#behavior-requirements: a request that the one who cancels has sent.
JudgeResult judge_cancels_own(const JudgeInput& input) {
  return judge_cancels(
      input, [](const JudgeInput& in, const Told& told, const json& id, const OwnRequest* own, JudgeResult& result) {
        ++result.judged;
        if (own == nullptr)
          blame(result, in.severity, "params.requestId", "the id of a request that the server sent",
                shortened(serialize(id), 60), told.received->exchange);
      });
}

// The same: one that is in progress.
JudgeResult judge_cancels_open(const JudgeInput& input) {
  JudgeResult result = judge_cancels(
      input, [](const JudgeInput& in, const Told& told, const json& id, const OwnRequest* own, JudgeResult& found) {
        ++found.judged;
        if (own != nullptr && own->answered != kNever && told.received->at > own->answered + kCrossing)
          blame(found, in.severity, "params.requestId", "the id of a request that is not answered yet",
                shortened(serialize(id), 60) + ", which was answered two seconds before", told.received->exchange);
      });
  if (result.judged == 0)  // whoever cancels nothing cancels nothing that is over
    for (const Question& question : all_questions(input.trace))
      if (question.request->contains("id")) ++result.judged;
  return result;
}

// basic/utilities/progress#progress-flow: unique among what is active.
JudgeResult judge_tokens_unique(const JudgeInput& input) {
  JudgeResult result = nothing_seen("the server asked for no progress");
  const std::vector<Question> questions = all_questions(input.trace);
  std::map<std::pair<std::string, std::string>, Micros> active_until;
  for (const OwnRequest& own : own_requests(input, questions)) {
    const json& token = part_at(own.question->params(), {"_meta", "progressToken"});
    if (token.is_null()) continue;
    ++result.judged;
    const auto [before, is_new] = active_until.try_emplace({own.question->session, serialize(token)}, own.answered);
    const Micros at = own.question->received->at;
    if (!is_new && (before->second == kNever || before->second > at))
      blame(result, input.severity, "params._meta.progressToken", "a token that no other open request has",
            shortened(serialize(token), 60), own.question->received->exchange);
    before->second = own.answered;
  }
  return result;
}

std::vector<const json*> elicitation_ids(const Told& told) {
  std::vector<const json*> ids;
  const json& message = told.received->value;
  if (string_member(message, "method") == "elicitation/create")
    ids.push_back(&part_at(message, {"params", "elicitationId"}));
  const json& required = part_at(message, {"error", "data", "elicitations"});
  if (required.is_array())
    for (const json& each : required) ids.push_back(&part_at(each, {"elicitationId"}));
  return ids;
}

// client/elicitation#url-mode-elicitation-requests: the id is unique.
JudgeResult judge_elicitation_ids(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no elicitation with an id was seen");
  std::map<std::string, std::string> seen;  // by id: what was asked
  for (const Question& question : all_questions(input.trace)) {
    const json& id = part_at(question.params(), {"elicitationId"});
    if (!id.is_string() || !question.request->contains("id")) continue;
    ++result.judged;
    const auto [before, is_new] = seen.try_emplace(id, question.session);
    if (!is_new)
      blame(result, input.severity, "params.elicitationId", "an id that no other elicitation has",
            shortened(id.get<std::string>(), 60), question.received->exchange);
  }
  return result;
}

// client/elicitation#completion-notifications-for-url-mode-elicitation: to whom was asked, with the id that he knows.
JudgeResult judge_completions(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no elicitation was said to be complete");
  std::map<std::string, std::string> asked;  // by id: the session
  for (const Told& told : all_told(input.trace)) {
    for (const json* id : elicitation_ids(told))
      if (id->is_string()) asked.try_emplace(*id, told.session);
    if (string_member(told.received->value, "method") != "notifications/elicitation/complete") continue;
    const json& id = part_at(told.received->value, {"params", "elicitationId"});
    if (!id.is_string()) continue;
    ++result.judged;
    const auto known = asked.find(id);
    if (known == asked.end() || known->second != told.session)
      blame(result, input.severity, "params.elicitationId", "the id of an elicitation of this session",
            shortened(id.get<std::string>(), 60) + (known == asked.end() ? "" : ", which another session was asked"),
            told.received->exchange);
  }
  return result;
}

constexpr NamedJudge kAskingJudges[] = {{"cancels-own", judge_cancels_own},
                                        {"cancels-open", judge_cancels_open},
                                        {"tokens-unique", judge_tokens_unique},
                                        {"elicitation-ids", judge_elicitation_ids},
                                        {"completions", judge_completions}};

}  // namespace

std::span<const NamedJudge> asking_judges() { return kAskingJudges; }

}  // namespace mcplumb
