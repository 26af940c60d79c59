// What a step brought is held against what it expects; collects what comes of the check.
#pragma once

#include "conformance/engine/check_sessions.hpp"
#include "conformance/engine/step_view.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// What the steps of one check brought to light.
struct StepsResult {
  std::vector<Finding> findings;
  std::string skip;          // a requirement was not met: why
  std::string inconclusive;  // the steps could not be carried out: why
  std::size_t judged = 0;    // steps that expected something
};

class StepJudge {
 public:
  // `severity` is the verdict of a broken `expect`.
  StepJudge(CheckState& check, const CheckSessions& sessions, Verdict severity)
      : check_(check), sessions_(sessions), severity_(severity) {}

  // `exchange` is the evidence. Remembers what the step captures.
  void judge(const Step& step, StepView view, std::optional<std::size_t> exchange);
  // What the last step saw.
  const StepView& last_view() const { return last_view_; }
  // A requirement was not met. What was judged before stands, else the check is skipped.
  void unmet(std::string why);
  // Whether a requirement was not met since the last time; then the steps go on, with the next value of a for-each.
  bool passes_over();
  void skip(std::string why) { result_.skip = std::move(why); }
  void give_up(std::string why) { result_.inconclusive = std::move(why); }
  // A step would begin after the deadline of its check. In a user's suite that is what was asked for.
  void too_late(const Step& step);

  bool goes_on() const { return !stopped_ && result_.skip.empty() && result_.inconclusive.empty(); }
  bool has_findings() const { return !result_.findings.empty(); }
  StepsResult result();  // to be asked for once

 private:
  Expectations that_apply(const Expectations& all, const Step& step) const;
  void add_findings(const std::vector<Mismatch>& mismatches, Verdict severity, const Step& step, const StepView& view,
                    std::optional<std::size_t> exchange);
  std::string no_answer(std::optional<std::size_t> exchange) const;
  std::string known_to_hang(std::optional<std::size_t> exchange) const;
  std::string failed_request(std::optional<std::size_t> exchange) const;
  void capture(const Step& step, const StepView& view);

  CheckState& check_;
  const CheckSessions& sessions_;
  Verdict severity_;
  StepsResult result_;
  StepView last_view_;
  bool stopped_ = false;     // the remaining steps make no sense
  bool unmet_ = false;       // because a requirement was not met
  std::string passed_over_;  // what was not met where a for-each went on
  bool left_out_ = false;    // expectations that the transport cannot meet or break
};

}  // namespace mcplumb
