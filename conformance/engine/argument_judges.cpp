#include "conformance/engine/argument_judges.hpp"

#include <algorithm>
#include <optional>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/record/redact.hpp"
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
  each_listed_tool(input.trace, [&](const json& each, const Received& listed) {
    if (!listed.answers || input.trace.exchanges[*listed.answers].purpose != input.check.id) return;
    if (string_member(each, "name") == tool) found = member(each, "inputSchema");
  });
  return found;
}

// Another dialect that a server could take the schema for: the one that most validators know, or the default.
Draft mistaken_for(Draft draft) { return draft == Draft::draft2020_12 ? Draft::draft7 : Draft::draft2020_12; }

schema::Verdict read_as(json document, Draft draft, const json& arguments) {
  document.erase("$schema");
  const Result<schema::Schema> compiled = schema::Schema::compile(std::move(document), {.draft = draft});
  return compiled ? compiled->check(arguments) : schema::Verdict{{}, compiled.error().what};
}

// What a pointer leads to; null if it is none of this document.
json value_at(const json& document, std::string_view pointer) {
  try {
    const json::json_pointer place{std::string(pointer)};
    return document.contains(place) ? document.at(place) : json();
  } catch (const json::exception&) {
    return nullptr;
  }
}

// A value of another type than the schema says, out of which many a server makes one of that type: "5" where a number
// belongs, and the like. Whether it may is left open, so such a call need not be refused.
bool may_be_converted(const schema::Problem& problem, const json& document, const json& arguments) {
  const std::string_view place = problem.schema;
  if (!place.starts_with('#') || !place.ends_with("/type")) return false;
  const json wanted = value_at(document, place.substr(1)), value = value_at(arguments, problem.instance);
  if (value.is_structured() || value.is_null()) return false;
  if (wanted == "string") return !value.is_string();
  if (wanted != "number" && wanted != "integer" && wanted != "boolean") return false;
  const json read = value.is_string() ? json::parse(value.get_ref<const std::string&>(), nullptr, false) : value;
  return read.is_number() || read.is_boolean();
}

// The first problem that no conversion mends.
const schema::Problem* lasting_problem(const schema::Verdict& verdict, const json& document, const json& arguments) {
  const auto found = std::find_if(verdict.problems.begin(), verdict.problems.end(), [&](const schema::Problem& each) {
    return !may_be_converted(each, document, arguments);
  });
  return found == verdict.problems.end() ? nullptr : &*found;
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
  const schema::Problem* lasting = lasting_problem(verdict, *document, arguments);
  if (lasting == nullptr) {
    look.why_not = "the arguments of " + shortened(look.tool, 60) + " may be converted to what its inputSchema says";
    return look;
  }
  look.problem = *lasting;
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
