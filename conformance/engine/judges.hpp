// Judgments that no script can express: they look at the trace of the whole run.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "conformance/engine/view.hpp"
#include "conformance/language/check.hpp"

namespace mcplumb {

struct JudgeInput {
  const Trace& trace;
  const SessionPool& sessions;
  const Check& check;
  Verdict severity = Verdict::fail;    // of a broken rule, by the level of the check
  const Exercise* exercise = nullptr;  // null: no tool was called by itself
};

struct JudgeResult {
  std::vector<Finding> findings;
  std::size_t judged = 0;         // what it looked at; 0 = there was nothing of the kind
  std::string nothing;            // why there was nothing, for the skip
  std::string inconclusive = {};  // why what was seen allows no verdict; empty = it does
};

using Judge = JudgeResult (*)(const JudgeInput&);

// Null if there is no judge of that name.
Judge find_judge(std::string_view name);
std::vector<std::string> judge_names();

}  // namespace mcplumb
