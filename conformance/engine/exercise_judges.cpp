#include "conformance/engine/exercise_judges.hpp"

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

std::string expected_of(ToolFaultKind kind) {
  switch (kind) {
    case ToolFaultKind::unanswered:
      return "a response";
    case ToolFaultKind::structured:
      return "structured content as the outputSchema says";
    case ToolFaultKind::accepted:
      return "an error, or isError";
    case ToolFaultKind::crashed:
      return "what went wrong in words, and nothing of the program's inside";
    case ToolFaultKind::media:
      return "bytes of the type that mimeType names";
    case ToolFaultKind::session:
      return "a session that goes on";
    case ToolFaultKind::lists:
      return "the same lists after a tool that only reads";
    case ToolFaultKind::mixed:
      return "to each call its own result";
    case ToolFaultKind::progress:
      return "a last progress that is the total";
  }
  return "";
}

template <ToolFaultKind kind>
JudgeResult judge_exercise(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no tool was called by itself (--tools safe)");
  if (input.exercise == nullptr) return result;
  result.nothing = "none of the tools may be called";
  constexpr bool of_breaking = kind == ToolFaultKind::accepted;
  for (const ToolUse& use : input.exercise->tools) {
    result.judged += of_breaking ? use.breaking : use.fitting + use.breaking;
    for (const ToolFault& fault : use.faults)
      if (fault.kind == kind)
        result.findings.push_back(
            make_finding(input.severity, shortened(use.tool, 60), expected_of(kind),
                         fault.what + (fault.special.empty() ? "" : " (" + fault.special + ")") +
                             (fault.times > 1 ? ", in " + std::to_string(fault.times) + " calls" : "") +
                             "; the smallest: " + shortened(serialize(fault.arguments), 200),
                         fault.exchange));
  }
  if (of_breaking && result.judged == 0) result.nothing = "no call broke the schema of a tool";
  return result;
}

constexpr NamedJudge kExerciseJudges[] = {{"tools-unanswered", judge_exercise<ToolFaultKind::unanswered>},
                                          {"tools-structured", judge_exercise<ToolFaultKind::structured>},
                                          {"tools-accepted", judge_exercise<ToolFaultKind::accepted>},
                                          {"tools-crashed", judge_exercise<ToolFaultKind::crashed>},
                                          {"tools-media", judge_exercise<ToolFaultKind::media>},
                                          {"tools-session", judge_exercise<ToolFaultKind::session>},
                                          {"tools-lists", judge_exercise<ToolFaultKind::lists>},
                                          {"tools-mixed", judge_exercise<ToolFaultKind::mixed>},
                                          {"tools-progress", judge_exercise<ToolFaultKind::progress>}};

}  // namespace

std::span<const NamedJudge> exercise_judges() { return kExerciseJudges; }

}  // namespace mcplumb
