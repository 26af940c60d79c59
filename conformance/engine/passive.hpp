// Judges watching checks over a finished trace.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

#include "client/jsonrpc/reply_origin.hpp"
#include "conformance/engine/judges.hpp"
#include "conformance/engine/view_parts.hpp"
#include "conformance/language/matcher.hpp"
#include "conformance/shapes/look.hpp"

namespace mcplumb {

class PassiveJudge {
 public:
  PassiveJudge(const Trace& trace, const SessionPool& sessions, Micros now, std::string agreed)
      : trace_(trace), views_(trace, sessions), now_(now), agreed_(std::move(agreed)) {}

  // `agreed`: the revision of the run; empty = none was agreed on.
  // Judges each subject that the check watches, selects with `where`, and whose session's revision the check is a rule
  // of; without one, that of the run. `severity` gives the verdict of a broken `expect` in that revision.
  JudgeResult judge(const Check& check, const Suite& suite,
                    const std::function<Verdict(std::string_view revision)>& severity);

 private:
  struct Subject {
    const Parts* view;
    const nlohmann::json* message;  // null of a reply; one for messages that differ in nothing but the id
    std::string_view asked;         // the method of the request that the message answers
    std::size_t exchange;
    std::string_view revision;
    bool deliberate = false;  // it answers what no client should send
  };
  const std::vector<Subject>& subjects(const Check& check);
  std::vector<Subject> replies(Watch watch);
  std::vector<Subject> messages(Watch watch, bool of_shapes);
  bool judge_shape(const Check& check, const Subject& subject, const std::string& revision, Verdict verdict,
                   JudgeResult& result);
  const ReplyOrigin& origin_of_reply(std::size_t number);
  const Parts& exchange_view(std::size_t number);
  const Parts& message_view(std::size_t index);
  const nlohmann::json& carrier_view(std::size_t number);

  const Trace& trace_;
  ViewBuilder views_;
  Micros now_;
  std::string agreed_;
  std::map<std::pair<Watch, bool>, std::vector<Subject>> subjects_;  // by what is watched, and whether for shapes
  std::unordered_map<std::size_t, ReplyOrigin> origins_;
  // Of a message, as the answer to a method, in a revision.
  std::map<std::tuple<const nlohmann::json*, std::string, std::string>, ShapeLook> shapes_;
  // Views, made once.
  std::unordered_map<std::size_t, std::unique_ptr<ExchangeParts>> exchanges_;
  std::unordered_map<std::size_t, std::unique_ptr<MessageParts>> messages_;
  std::unordered_map<std::size_t, nlohmann::json> carriers_;
};

}  // namespace mcplumb
