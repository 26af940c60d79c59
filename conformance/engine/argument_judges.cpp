#include "conformance/engine/argument_judges.hpp"

#include <algorithm>
#include <optional>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/engine/argument_reading.hpp"
#include "conformance/record/redact.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;
using schema::Draft;

// A call of the check that is judged, held against the schema that the tool was listed with.
struct ArgumentLook {
  std::string tool, why_not;  // why_not: why the call need not be refused, or why that is not known; empty = it must be
  Draft draft = Draft::draft2020_12;
  Refuses refuses = Refuses::every_reading;
  schema::Problem problem;  // the first that the arguments have
};

// As the check itself has seen it.
const json* listed_schema(const JudgeInput& input, std::string_view tool) {
  const json* found = nullptr;
  each_listed_tool(
      input.trace,
      [&](const json& each, const Received&) {
        if (string_member(each, "name") == tool) found = member(each, "inputSchema");
      },
      input.check.id);
  return found;
}

ArgumentLook look_at_call(const JudgeInput& input, const Exchange& call) {
  ArgumentLook look;
  const json& params = part_at(call.message, {"params"});
  look.tool = std::string(string_member(params, "name"));
  const json* document = listed_schema(input, look.tool);
  if (document == nullptr || !document->is_object()) {
    look.why_not = "the tool " + shortened(look.tool, 60) + " is not listed with a schema";
    return look;
  }
  ArgumentReading reading = read_arguments(*document, part_at(params, {"arguments"}));
  using Fit = ArgumentReading::Fit;
  look.draft = reading.draft;
  look.refuses = reading.refuses;
  look.problem = std::move(reading.problem);
  const std::string arguments = "the arguments of " + shortened(look.tool, 60);
  if (reading.fit == Fit::fits)
    look.why_not = arguments + " fit its inputSchema as " + std::string(to_string(look.draft));
  else if (reading.fit == Fit::converted)
    look.why_not = arguments + " may be converted to what its inputSchema says";
  else if (reading.fit == Fit::undecided)
    look.why_not = std::move(reading.why);
  return look;
}

// A result that is none yet: a question to the client, or a task that goes on.
bool is_served(const json& result) {
  const std::string_view type = string_member(result, "resultType");
  const bool is_over = (type.empty() || type == "complete") && member(result, "task") == nullptr;
  return is_over && part_at(result, {"isError"}) != true;
}

void judge_call(const JudgeInput& input, const Exchange& call, const ArgumentLook& look, JudgeResult& result) {
  for (const Received& received : input.trace.received) {
    if (received.answers != call.number) continue;
    ++result.judged;
    const json* served = member(received.value, "result");
    if (served == nullptr || !is_served(*served)) continue;
    blame(result, input.severity, "result",
          "an error, or isError: as " + std::string(to_string(look.draft)) + ", " + look.problem.schema +
              " says that " + (look.problem.instance.empty() ? "the arguments" : shortened(look.problem.instance, 60)) +
              " " + look.problem.what,
          shortened(serialize(shape_of(*served)), 120), call.number);
  }
}

template <Refuses which>
JudgeResult judge_refused_calls(const JudgeInput& input) {
  JudgeResult result = nothing_seen(which == Refuses::every_reading ? "nothing was called"
                                    : which == Refuses::by_default  ? "no call breaks a schema that only a reader of "
                                                                      "2020-12 finds broken"
                                                                    : "no call breaks a schema that only a reader "
                                                                      "of the declared dialect finds broken");
  std::string why_not;
  bool is_called = false;
  for (const Exchange& exchange : input.trace.exchanges) {
    if (exchange.purpose != input.check.id || string_member(exchange.message, "method") != "tools/call") continue;
    const ArgumentLook look = look_at_call(input, exchange);
    is_called = true;
    if (!look.why_not.empty())
      why_not = look.why_not;
    else if (look.refuses == which)
      judge_call(input, exchange, look, result);
  }
  if (which == Refuses::every_reading && is_called && result.judged == 0)
    result.nothing = "no call breaks a schema in every reading";
  if (which != Refuses::every_reading || why_not.empty() || !result.findings.empty()) return result;
  result.inconclusive = why_not + ", so there is nothing to refuse";
  result.judged = std::max<std::size_t>(result.judged, 1);
  return result;
}

constexpr NamedJudge kArgumentJudges[] = {
    {"refused-calls", judge_refused_calls<Refuses::every_reading>},
    {"refused-calls-by-default", judge_refused_calls<Refuses::by_default>},
    {"refused-calls-by-declaration", judge_refused_calls<Refuses::by_declaration>}};

}  // namespace

std::span<const NamedJudge> argument_judges() { return kArgumentJudges; }

}  // namespace mcplumb
