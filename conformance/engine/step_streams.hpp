// Steps about streams, and about requests that are left in the background.
#pragma once

#include "conformance/engine/step_sender.hpp"

namespace mcplumb {

class StepStreams {
 public:
  StepStreams(CheckState& check, CheckSessions& sessions, StepJudge& judge, StepSender& sender)
      : check_(check), sessions_(sessions), judge_(judge), sender_(sender), awaited_(check.trace().received.size()) {}

  void send_in_background(const Step& step, const nlohmann::json& arguments);
  void listen(const Step& step, const nlohmann::json& arguments);
  void hear(const Step& step, OpenSession& session);  // opens the GET stream, if there is one, for what the server asks
  void wait(const Step& step);
  void close(const Step& step);
  void finish(const Step& step);
  void await(const Step& step);
  void close_all();  // the check is over

 private:
  struct Stream {
    OpenSession* session = nullptr;
    std::size_t exchange = 0;
    std::size_t next_event = 0;
    bool is_request = false;  // that `as` left in the background
  };
  void leave_in_background(const Step& step, const std::string& name, const Sent& sent);
  std::unique_ptr<Parts> message_view(std::size_t index) const;
  StepView view_of(std::size_t exchange) const;

  CheckState& check_;
  CheckSessions& sessions_;
  StepJudge& judge_;
  StepSender& sender_;
  std::map<std::string, Stream> streams_;
  std::size_t awaited_;  // messages of the trace that `await` looks at no more
};

}  // namespace mcplumb
