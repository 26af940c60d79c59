// Carries out the steps of one check and judges each as its script says.
#pragma once

#include "conformance/engine/step_streams.hpp"

namespace mcplumb {

class StepRunner {
 public:
  StepRunner(RunContext context, const Check& check, const Suite& suite, Verdict severity)
      : check_(context, check, suite),
        judge_(check_, sessions_, severity),
        sender_(check_, sessions_, judge_),
        streams_(check_, sessions_, judge_, sender_) {}

  StepsResult run();

 private:
  void run_all(const std::vector<Step>& steps);
  bool too_late(const Step& step);
  void run_step(const Step& step);
  void run_block(const Step& step);
  void run_pause(const nlohmann::json& span);
  nlohmann::json span_of(const Step& step, const nlohmann::json& named) const;
  void run_open(const Step& step, const nlohmann::json& arguments);
  void run_pages(const Step& step, const nlohmann::json& arguments);
  void run_parallel(const Step& step);
  void run_for_each(const Step& step);
  std::optional<nlohmann::json> arguments_of(const Step& step);

  CheckState check_;
  CheckSessions sessions_{check_};
  StepJudge judge_;
  StepSender sender_;
  StepStreams streams_;
};

}  // namespace mcplumb
