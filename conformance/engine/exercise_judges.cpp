#include "conformance/engine/exercise_judges.hpp"

#include <algorithm>
#include <initializer_list>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

std::string expected_of(ToolFaultKind kind) {
  switch (kind) {
    case ToolFaultKind::unanswered:
      return "a response";
    case ToolFaultKind::silent:
      return "a response in time";
    case ToolFaultKind::structured:
      return "structured content as the outputSchema says";
    case ToolFaultKind::text:
      return "a text that says the same as the structured content";
    case ToolFaultKind::accepted:
      return "an error, or isError";
    case ToolFaultKind::extra:
      return "an error, or isError, as the schema allows no other members";
    case ToolFaultKind::crashed:
      return "a result with isError that says what went wrong, and nothing of the program's inside";
    case ToolFaultKind::media:
      return "bytes of the type that mimeType names";
    case ToolFaultKind::session:
      return "a session that goes on";
    case ToolFaultKind::lists:
      return "the same lists after a tool that only reads";
    case ToolFaultKind::mixed:
      return "to each call its own result";
    case ToolFaultKind::memory:
      return "a program that keeps nothing of a call";
    case ToolFaultKind::progress:
      return "a last progress that is the total";
    case ToolFaultKind::withheld:
      return "a result, as it is listed";
  }
  return "";
}

std::string actual_of(const ToolFault& fault) {
  std::string text = fault.what;
  if (!fault.special.empty()) text += " (" + fault.special + ")";
  if (fault.times > 1) text += ", in " + std::to_string(fault.times) + " calls";
  for (std::size_t i = 0; i < fault.also.size(); ++i) text += (i == 0 ? "; also: " : ", ") + fault.also[i];
  return fault.arguments.is_null() ? text : text + "; the smallest: " + shortened(serialize(fault.arguments), 200);
}

// It looks at calls of every kind, so that a tool whose calls all ended at a bound of ours leaves it open.
constexpr bool judges_known_calls(ToolFaultKind kind) {
  return kind != ToolFaultKind::accepted && kind != ToolFaultKind::extra && kind != ToolFaultKind::mixed &&
         kind != ToolFaultKind::memory;
}

// How many of its calls could have shown a fault of the kind.
std::size_t judged_of(const ToolUse& use, ToolFaultKind kind) {
  if (kind == ToolFaultKind::accepted || kind == ToolFaultKind::extra) return use.breaking;
  if (kind == ToolFaultKind::mixed) return use.together;
  if (kind == ToolFaultKind::memory) return use.measured;
  return use.known();
}

// What it is about is whether each tool answers.
constexpr bool is_of_answers(ToolFaultKind kind) {
  return kind == ToolFaultKind::unanswered || kind == ToolFaultKind::silent;
}

// Says that a bound of ours keeps the check from being decided: where it ended all calls of one tool, so many that no
// more were made, or the run. Of a tool that says much if it is asked to, the other calls tell enough.
void doubt_at_limit(const Exercise& exercise, std::initializer_list<const std::vector<ToolUse>*> of, bool of_answers,
                    JudgeResult& result) {
  if (!result.findings.empty() || (!of_answers && result.judged > 0)) return;
  for (const std::vector<ToolUse>* uses : of)
    for (const ToolUse& use : *uses)
      if (result.inconclusive.empty() && !use.own_limit.empty() && (use.known() == 0 || is_own_limit(use.left_out)))
        result.inconclusive = shortened(use.tool, 60) + ": " + use.own_limit;
  if (result.inconclusive.empty() && result.judged == 0 && is_own_limit(exercise.ended))
    result.inconclusive = exercise.ended;
}

std::string nothing_of(ToolFaultKind kind) {
  if (kind == ToolFaultKind::mixed)
    return "no two calls of a tool had results of their own, or there were too few calls";
  if (kind == ToolFaultKind::memory) return "the program is not ours, or the calls were too few or too slow";
  return "no call broke the schema of a tool";
}

void judge_uses(const std::vector<ToolUse>& uses, ToolFaultKind kind, Verdict severity, JudgeResult& result) {
  for (const ToolUse& use : uses) {
    result.judged += judged_of(use, kind);
    if (const ToolFault* fault = use.find(kind);
        fault != nullptr && !(fault->by_chance && kind == ToolFaultKind::session))
      result.findings.push_back(
          make_finding(severity, shortened(use.tool, 60), expected_of(kind), actual_of(*fault), fault->exchange));
  }
}

// What resources and prompts bring can have these faults, too.
constexpr bool is_of_contents(ToolFaultKind kind) {
  return kind == ToolFaultKind::media || kind == ToolFaultKind::crashed;
}

template <ToolFaultKind kind>
JudgeResult judge_exercise(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no tool was called by itself (--tools safe)");
  if (input.exercise == nullptr) return result;
  result.nothing = "none of the tools may be called";
  judge_uses(input.exercise->tools, kind, input.severity, result);
  if (is_of_contents(kind)) {
    judge_uses(input.exercise->resources, kind, input.severity, result);
    judge_uses(input.exercise->prompts, kind, input.severity, result);
  }
  if (result.judged == 0 && input.exercise->calls() > 0) result.nothing = nothing_of(kind);
  if (judges_known_calls(kind)) doubt_at_limit(*input.exercise, {&input.exercise->tools}, is_of_answers(kind), result);
  return result;
}

JudgeResult judge_offers(const JudgeInput& input, std::initializer_list<ToolFaultKind> kinds) {
  JudgeResult result = nothing_seen("nothing was read or fetched by itself (--resources safe, --prompts safe)");
  if (input.exercise == nullptr) return result;
  for (const auto* uses : {&input.exercise->resources, &input.exercise->prompts}) {
    for (const ToolFaultKind kind : kinds)
      judge_uses(*uses, kind, kind == ToolFaultKind::unanswered ? input.severity : Verdict::note, result);
  }
  doubt_at_limit(*input.exercise, {&input.exercise->resources, &input.exercise->prompts},
                 std::any_of(kinds.begin(), kinds.end(), is_of_answers), result);
  return result;
}

JudgeResult judge_unanswered_offers(const JudgeInput& input) {
  return judge_offers(input, {ToolFaultKind::unanswered, ToolFaultKind::silent, ToolFaultKind::session});
}

JudgeResult judge_withheld_offers(const JudgeInput& input) { return judge_offers(input, {ToolFaultKind::withheld}); }

constexpr NamedJudge kExerciseJudges[] = {{"offers-unanswered", judge_unanswered_offers},
                                          {"offers-withheld", judge_withheld_offers},
                                          {"tools-unanswered", judge_exercise<ToolFaultKind::unanswered>},
                                          {"tools-silent", judge_exercise<ToolFaultKind::silent>},
                                          {"tools-structured", judge_exercise<ToolFaultKind::structured>},
                                          {"tools-text", judge_exercise<ToolFaultKind::text>},
                                          {"tools-accepted", judge_exercise<ToolFaultKind::accepted>},
                                          {"tools-extra", judge_exercise<ToolFaultKind::extra>},
                                          {"tools-crashed", judge_exercise<ToolFaultKind::crashed>},
                                          {"tools-media", judge_exercise<ToolFaultKind::media>},
                                          {"tools-session", judge_exercise<ToolFaultKind::session>},
                                          {"tools-lists", judge_exercise<ToolFaultKind::lists>},
                                          {"tools-mixed", judge_exercise<ToolFaultKind::mixed>},
                                          {"tools-memory", judge_exercise<ToolFaultKind::memory>},
                                          {"tools-progress", judge_exercise<ToolFaultKind::progress>}};

}  // namespace

std::span<const NamedJudge> exercise_judges() { return kExerciseJudges; }

}  // namespace mcplumb
