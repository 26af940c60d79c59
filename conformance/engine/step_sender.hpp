// Steps that send: requests, calls of tools, notifications, plain HTTP; and when they are over.
#pragma once

#include "conformance/engine/step_judge.hpp"

namespace mcplumb {

// A step that was sent and whose view can be had once it is over.
struct Sent {
  OpenSession* session = nullptr;
  std::size_t exchange = 0;
  bool is_request = false;     // a JSON-RPC request that the session matches
  bool until_headers = false;  // over when the reply's headers are there
};

class StepSender {
 public:
  StepSender(CheckState& check, CheckSessions& sessions, StepJudge& judge)
      : check_(check), sessions_(sessions), judge_(judge) {}

  // Absent: nothing was sent, and the judge knows why.
  std::optional<Sent> send(const Step& step, const nlohmann::json& arguments);
  std::optional<Sent> send_with_answers(const Step& step, OpenSession& session, const nlohmann::json& arguments);
  Sent send_request(const Step& step, OpenSession& session, const std::string& method, nlohmann::json params,
                    const nlohmann::json& arguments);
  bool is_over(const Sent& sent) const;
  StepView view_of(const Sent& sent) const;
  void finish(const Step& step, const Sent& sent);  // judges what came

 private:
  std::optional<Sent> send_call(const Step& step, OpenSession& session, const nlohmann::json& arguments);
  bool is_allowed(const nlohmann::json& arguments);
  std::optional<Sent> send_raw(const Step& step, OpenSession& session, const nlohmann::json& arguments);
  std::optional<Sent> send_line(const Step& step, OpenSession& session, const nlohmann::json& arguments);
  static bool follows(const Step& step, const nlohmann::json& arguments);

  CheckState& check_;
  CheckSessions& sessions_;
  StepJudge& judge_;
};

}  // namespace mcplumb
