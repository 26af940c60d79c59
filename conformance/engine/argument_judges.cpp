#include "conformance/engine/argument_judges.hpp"

#include <algorithm>
#include <optional>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/schema/dialect.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;
using schema::Draft;

// Which reading of the schema it takes to refuse the arguments.
enum class Refuses { every_reading, by_default, by_declaration };

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
  for (const Received& received : input.trace.received) {
    if (!received.answers || input.trace.exchanges[*received.answers].purpose != input.check.id) continue;
    const json& tools = part_at(received.value, {"result", "tools"});
    if (!tools.is_array()) continue;
    for (const json& each : tools)
      if (string_member(each, "name") == tool) found = member(each, "inputSchema");
  }
  return found;
}

// Another dialect that a server could take the schema for: the one that most validators know, or the default.
Draft mistaken_for(Draft draft) { return draft == Draft::draft2020_12 ? Draft::draft7 : Draft::draft2020_12; }

schema::Verdict read_as(json document, Draft draft, const json& arguments) {
  document.erase("$schema");
  const Result<schema::Schema> compiled = schema::Schema::compile(std::move(document), {.draft = draft});
  return compiled ? compiled->check(arguments) : schema::Verdict{{}, compiled.error().what};
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
  const json* declared = member(*document, "$schema");
  const auto named = declared != nullptr && declared->is_string()
                         ? schema::draft_of_metaschema(declared->get<std::string>())
                         : std::optional(Draft::draft2020_12);
  if (!named) {
    look.why_not = "the dialect " + shortened(serialize(*declared), 80) + " is not known here";
    return look;
  }
  look.draft = *named;
  const json& arguments = part_at(params, {"arguments"});
  const schema::Verdict verdict = read_as(*document, look.draft, arguments);
  if (!verdict.invalid()) {
    look.why_not = "the arguments of " + shortened(look.tool, 60) + " fit its inputSchema as " +
                   std::string(to_string(look.draft)) + (verdict.undecided.empty() ? "" : ": " + verdict.undecided);
    return look;
  }
  look.problem = verdict.problems.front();
  if (!read_as(*document, mistaken_for(look.draft), arguments).invalid())
    look.refuses = look.draft == Draft::draft2020_12 ? Refuses::by_default : Refuses::by_declaration;
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
          shortened(serialize(*served), 120), call.number);
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
  for (const Exchange& exchange : input.trace.exchanges) {
    if (exchange.purpose != input.check.id || string_member(exchange.message, "method") != "tools/call") continue;
    const ArgumentLook look = look_at_call(input, exchange);
    if (!look.why_not.empty())
      why_not = look.why_not;
    else if (look.refuses == which)
      judge_call(input, exchange, look, result);
  }
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
