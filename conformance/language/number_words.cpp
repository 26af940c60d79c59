// Words that bound a number: min, max, above, below.
#include "conformance/language/describe.hpp"
#include "conformance/language/duration.hpp"
#include "conformance/language/evaluation.hpp"
#include "conformance/language/interpolation.hpp"
#include "conformance/language/matcher_reader.hpp"
#include "conformance/language/matcher_word.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

void read_bound(MatcherReader& reader, Clause& clause, const Node& value, bool) {
  clause.value = reader.names().literal(value);
  if (clause.value.is_number()) return;
  if (value.kind == Node::Kind::scalar && parse_duration(value.text)) return;  // milliseconds, as in {max: 500ms}
  const bool is_name = clause.value.is_string() && refers_to_a_name(value.text);
  if (!is_name)
    reader.values().error(value,
                          in_ticks(clause.word->name) + " must be a number, not " + std::string(kind_text(value)));
}

// A duration stands for its milliseconds.
json bound_as_number(const json& bound) {
  if (!bound.is_string()) return bound;
  const auto span = parse_duration(bound.get_ref<const std::string&>());
  return span ? json(span->count()) : json();
}

template <class Order>
void judge_bound(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  evaluation.judge_literal(clause, subject, [](const json& value, const json& argument) {
    const json bound = bound_as_number(argument);
    return value.is_number() && bound.is_number() && Order()(value, bound);
  });
}

}  // namespace

constinit const MatcherWord kWordMin{
    "min", Absence::refused, read_bound, judge_bound<std::greater_equal<>>,
    [](const Clause& clause, int) { return "at least " + described_text(clause.value); }};

constinit const MatcherWord kWordMax{
    "max", Absence::refused, read_bound, judge_bound<std::less_equal<>>,
    [](const Clause& clause, int) { return "at most " + described_text(clause.value); }};

constinit const MatcherWord kWordAbove{
    "above", Absence::refused, read_bound, judge_bound<std::greater<>>,
    [](const Clause& clause, int) { return "more than " + described_text(clause.value); }};

constinit const MatcherWord kWordBelow{
    "below", Absence::refused, read_bound, judge_bound<std::less<>>,
    [](const Clause& clause, int) { return "less than " + described_text(clause.value); }};

}  // namespace mcplumb
