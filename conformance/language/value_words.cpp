// Words about a value as a whole: equals, one-of, type, contains, same-as, matches-schema.
#include <algorithm>
#include <cmath>

#include "conformance/language/describe.hpp"
#include "conformance/language/evaluation.hpp"
#include "conformance/language/interpolation.hpp"
#include "conformance/language/matcher_reader.hpp"
#include "conformance/language/matcher_word.hpp"
#include "conformance/language/path.hpp"
#include "conformance/language/vocabulary.hpp"
#include "conformance/schema/schema.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

void read_any(MatcherReader& reader, Clause& clause, const Node& value, bool as_text) {
  clause.value = reader.literal(value, as_text);
}

void judge_equals(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  evaluation.judge_literal(clause, subject, [](const json& value, const json& argument) { return value == argument; });
}

bool holds_part(const json& value, const json& part) {
  if (value.is_array()) return std::find(value.begin(), value.end(), part) != value.end();
  if (!value.is_string() || !part.is_string()) return false;
  return value.get_ref<const std::string&>().find(part.get_ref<const std::string&>()) != std::string::npos;
}

void judge_contains(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  evaluation.judge_literal(clause, subject, holds_part);
}

void read_one_of(MatcherReader& reader, Clause& clause, const Node& value, bool as_text) {
  if (reader.values().is_list(value, "`one-of`") && value.items.empty())
    reader.values().error(value, "`one-of` must not be empty");
  clause.value = reader.literal(value, as_text);
}

void judge_one_of(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  evaluation.judge_literal(
      clause, subject, [](const json& value, const json& list) { return list.is_array() && holds_part(list, value); });
}

void read_type(MatcherReader& reader, Clause& clause, const Node& value, bool) {
  clause.value = json::array();
  if (value.kind == Node::Kind::list && value.items.empty()) reader.values().error(value, "`type` must not be empty");
  const std::vector<Node> single{value};
  for (const Node& item : value.kind == Node::Kind::list ? value.items : single) {
    if (const auto index = reader.values().word(item, type_words(), "type"))
      clause.value.push_back(type_words()[*index]);
  }
}

// JSON knows one kind of number: 1.0 is an integer too.
bool is_integer(const json& value) {
  if (value.is_number_integer()) return true;
  return value.is_number_float() && std::floor(value.get<double>()) == value.get<double>();
}

bool has_type(const json& value, const std::string& type) {
  if (type == "string") return value.is_string();
  if (type == "integer") return is_integer(value);
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  return type == "null" && value.is_null();
}

void judge_type(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  evaluation.judge_literal(clause, subject, [](const json& value, const json& types) {
    return std::any_of(types.begin(), types.end(),
                       [&](const json& type) { return type.is_string() && has_type(value, type.get<std::string>()); });
  });
}

std::string type_text(const json& value) {
  const std::string type = described_text(value);
  if (type == "null") return type;
  const bool vowel = type == "integer" || type == "object" || type == "array";
  return (vowel ? "an " : "a ") + type;
}

// A shape is used in many views, so only the form of its paths can be checked.
void read_same_as(MatcherReader& reader, Clause& clause, const Node& value, bool) {
  reader.paths().path(value, reader.view().value_or(View::element));
  clause.value = value.text;
}

void judge_same_as(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  const auto path = clause.value.is_string() ? parse_path(clause.value.get<std::string>()) : failure("no path");
  const json* other = path ? find_value(*path, evaluation.view()) : nullptr;
  if (!other || *other != *subject.value) evaluation.add(subject, describe(clause) + " (" + shown_actual(other) + ")");
}

// A schema as it stands, or one that a name holds: a captured outputSchema, or a file given with --var.
void read_schema(MatcherReader& reader, Clause& clause, const Node& value, bool) {
  clause.value = reader.names().literal(value);
  if (clause.value.is_string() && refers_to_a_name(value.text)) return;
  const bool is_schema = clause.value.is_object() || clause.value.is_boolean();
  if (!is_schema) return reader.values().error(value, "`matches-schema` must be a JSON Schema or \"${name}\"");
  if (value.kind == Node::Kind::map && clause.value.dump().find("${") != std::string::npos) return;
  const schema::Verdict verdict = schema::check_schema(clause.value);
  if (!verdict.problems.empty())
    reader.values().error(value,
                          "this is not JSON Schema: " + verdict.problems[0].instance + " " + verdict.problems[0].what);
}

// Each place of the value that the schema refuses is a mismatch of its own.
void judge_schema(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  const auto document = interpolate(clause.value, evaluation.variables());
  if (!document) return evaluation.add(subject, describe(clause) + "; " + document.error().what);
  const auto compiled = schema::Schema::compile(*document);
  if (!compiled) return evaluation.add(subject, describe(clause) + ", but that is none: " + compiled.error().what);
  const schema::Verdict verdict = compiled->check(*subject.value);
  for (const schema::Problem& problem : verdict.problems) {
    if (evaluation.is_full()) return;
    evaluation.add(subject, "by the schema at " + problem.schema + ": " +
                                (problem.instance.empty() ? "it " : problem.instance + " ") + problem.what);
  }
  if (!verdict.undecided.empty()) evaluation.add(subject, describe(clause) + "; undecided: " + verdict.undecided);
}

}  // namespace

constinit const MatcherWord kWordEquals{"equals", Absence::refused, read_any, judge_equals,
                                        [](const Clause& clause, int) { return described_value(clause.value); }};

constinit const MatcherWord kWordOneOf{
    "one-of", Absence::refused, read_one_of, judge_one_of,
    [](const Clause& clause, int) { return "one of " + described_list(clause.value, ", ", described_value); }};

constinit const MatcherWord kWordType{"type", Absence::refused, read_type, judge_type, [](const Clause& clause, int) {
                                        return described_list(clause.value, " or ", type_text);
                                      }};

constinit const MatcherWord kWordContains{
    "contains", Absence::refused, read_any, judge_contains,
    [](const Clause& clause, int) { return "containing " + described_value(clause.value); }};

constinit const MatcherWord kWordSameAs{
    "same-as", Absence::refused, read_same_as, judge_same_as,
    [](const Clause& clause, int) { return "the same as `" + described_text(clause.value) + "`"; }};

constinit const MatcherWord kWordMatchesSchema{
    "matches-schema", Absence::refused, read_schema, judge_schema,
    [](const Clause&, int) { return std::string("what the JSON Schema allows"); }};

}  // namespace mcplumb
