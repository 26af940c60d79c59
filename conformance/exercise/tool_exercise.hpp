// What is done with one tool.
#pragma once

#include <deque>
#include <functional>
#include <map>

#include "conformance/exercise/tool_caller.hpp"

namespace mcplumb {

struct ToolExercise {
  const nlohmann::json& tool;  // as it was listed
  const ExerciseOptions& options;
  ArgumentList arguments;
  bool only_reads = false;   // so it says
  std::size_t calls = 0;     // that may be made at most
  Surface* lists = nullptr;  // as they were before; null: they are not looked at
};

class ToolExerciser {
 public:
  // `use` is what the findings are added to.
  ToolExerciser(ToolCaller& caller, ToolExercise exercise, ToolUse& use)
      : caller_(caller), exercise_(std::move(exercise)), use_(use) {}

  // How many calls were made. What looks for the smallest arguments is not counted.
  std::size_t carry_out();
  // What the program keeps of a call: more of them, `calls` at most, if they are quick. How many were made.
  std::size_t look_at_memory(std::size_t calls);
  // The server, or its sessions, are gone: nothing more can be called.
  bool is_over() const { return over_; }

 private:
  void call_fitting();
  void call_again();
  void call_together();
  void call_breaking();
  void keep_plainest();
  void look_after();
  void look_at_lists();

  std::optional<CallLook> call(const MadeArguments& arguments);
  Micros patience(const MadeArguments& arguments) const;
  bool may_go_on(Micros begun) const;
  void blame(ToolFaultKind kind, std::string what, const MadeArguments& arguments);
  void take(const MadeArguments& arguments, ToolFault fault);
  void shrink(const MadeArguments& arguments, ToolFault& fault);
  bool see_whether_alive();
  void blame_session(const std::string& what, const std::vector<MadeArguments>& suspects,
                     const std::function<bool()>& is_alive);
  std::vector<MadeArguments> told_apart();
  std::optional<std::size_t> mixed_up(const std::vector<MadeArguments>& those);

  ToolCaller& caller_;
  ToolExercise exercise_;
  ToolUse& use_;
  std::vector<Micros> spans_;
  std::map<std::string, std::string> results_;  // of calls that were served, by their arguments: digests of both
  std::deque<MadeArguments> recent_;            // the last calls, the newest first
  std::size_t calls_ = 0, silent_ = 0;
  bool over_ = false;
};

}  // namespace mcplumb
