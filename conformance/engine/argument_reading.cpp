#include "conformance/engine/argument_reading.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/schema/dialect.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;
using schema::Draft;

// Another dialect that a server could take the schema for: the one that most validators know, or the default.
Draft mistaken_for(Draft draft) { return draft == Draft::draft2020_12 ? Draft::draft7 : Draft::draft2020_12; }

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

}  // namespace

ArgumentReading read_arguments(const json& input_schema, const json& arguments) {
  return ArgumentReader(input_schema).read(arguments);
}

ArgumentReader::ArgumentReader(const json& input_schema, std::function<bool()> stopped)
    : document_(input_schema), stopped_(std::move(stopped)) {}

schema::Verdict ArgumentReader::read_as(Draft draft, const json& arguments) {
  auto known = compiled_.find(draft);
  if (known == compiled_.end()) {
    schema::Options options = {.draft = draft, .draft_decides = true, .stopped = stopped_};
    known = compiled_.emplace(draft, schema::Schema::refer_to(document_, std::move(options))).first;
  }
  if (!known->second) return {{}, known->second.error().what};
  schema::Verdict verdict = known->second->check(arguments);
  steps_ += verdict.steps;
  return verdict;
}

ArgumentReading ArgumentReader::read(const json& arguments) {
  using Fit = ArgumentReading::Fit;
  ArgumentReading reading;
  const json* declared = member(document_, "$schema");
  const auto named = declared != nullptr && declared->is_string()
                         ? schema::draft_of_metaschema(declared->get<std::string>())
                         : std::optional(Draft::draft2020_12);
  if (!named) {
    reading.why = "the dialect " + shortened(serialize(*declared), 80) + " is not known here";
    return reading;
  }
  reading.draft = *named;
  const schema::Verdict verdict = read_as(reading.draft, arguments);
  if (!verdict.invalid()) {
    reading.fit = verdict.undecided.empty() ? Fit::fits : Fit::undecided;
    reading.why = verdict.undecided;
    return reading;
  }
  const schema::Problem* lasting = lasting_problem(verdict, document_, arguments);
  reading.fit = lasting == nullptr ? Fit::converted : Fit::breaks;
  reading.problem = lasting == nullptr ? verdict.problems.front() : *lasting;
  reading.why = (reading.problem.instance.empty() ? "the arguments" : shortened(reading.problem.instance, 60)) + " " +
                reading.problem.what;
  if (!read_as(mistaken_for(reading.draft), arguments).invalid())
    reading.refuses = reading.draft == Draft::draft2020_12 ? Refuses::by_default : Refuses::by_declaration;
  return reading;
}

}  // namespace mcplumb
