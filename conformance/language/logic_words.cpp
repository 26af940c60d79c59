// Words that join matchers, and words about whether there is a value: not, any-of, all-of, absent, present, shape.
#include <algorithm>

#include "conformance/language/describe.hpp"
#include "conformance/language/evaluation.hpp"
#include "conformance/language/matcher_reader.hpp"
#include "conformance/language/matcher_word.hpp"

namespace mcplumb {
namespace {

void read_not(MatcherReader& reader, Clause& clause, const Node& value, bool as_text) {
  clause.matchers.push_back(reader.matcher(value, as_text));
}

void read_alternatives(MatcherReader& reader, Clause& clause, const Node& value, bool as_text) {
  const std::string what = in_ticks(clause.word->name);
  if (!reader.values().is_list(value, what)) return;
  if (value.items.empty()) reader.values().error(value, what + " must not be empty");
  for (const Node& item : value.items) clause.matchers.push_back(reader.matcher(item, as_text));
}

bool any_holds(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  return std::any_of(clause.matchers.begin(), clause.matchers.end(),
                     [&](const Matcher& matcher) { return evaluation.holds(matcher, subject); });
}

void judge_not(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  if (any_holds(evaluation, clause, subject)) evaluation.add(subject, clause);
}

void judge_any_of(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  if (!any_holds(evaluation, clause, subject)) evaluation.add(subject, clause);
}

void judge_all_of(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  for (const Matcher& matcher : clause.matchers) evaluation.judge(matcher, subject);
}

void read_only_true(MatcherReader& reader, Clause& clause, const Node& value, bool) {
  clause.value = true;
  const bool is_true = value.kind == Node::Kind::scalar && value.plain && value.text == "true";
  const MatcherWord& contrary = clause.word == &kWordAbsent ? kWordPresent : kWordAbsent;
  if (!is_true)
    reader.values().error(value, in_ticks(clause.word->name) + " is only ever true; for the contrary write {" +
                                     std::string(contrary.name) + ": true}");
}

void judge_absent(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  if (subject.value) evaluation.add(subject, clause);
}

// That there is a value is all there is to judge.
void judge_present(Evaluation&, const Clause&, const Subject&) {}

std::string describe_by_name(const Clause& clause, int) { return std::string(clause.word->name); }

void read_shape(MatcherReader& reader, Clause& clause, const Node& value, bool) {
  const std::string shape = reader.values().text(value, "`shape`");
  clause.value = shape;
  const std::vector<std::string>& known = reader.shape_names();
  if (std::find(known.begin(), known.end(), shape) == known.end())
    reader.values().error(value, "unknown shape " + in_ticks(shape) + suggestion(shape, known));
}

void judge_shape(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  const auto found = evaluation.shapes().find(clause.value.is_string() ? clause.value.get<std::string>() : "");
  if (found == evaluation.shapes().end()) return evaluation.add(subject, clause);
  evaluation.judge(found->second, subject);
}

}  // namespace

constinit const MatcherWord kWordNot{"not", Absence::judged, read_not, judge_not, [](const Clause& clause, int depth) {
                                       return "not " + described_first(clause, depth);
                                     }};

constinit const MatcherWord kWordAnyOf{
    "any-of", Absence::judged, read_alternatives, judge_any_of,
    [](const Clause& clause, int depth) { return "either " + described_matchers(clause, ", or ", depth); }};

constinit const MatcherWord kWordAllOf{
    "all-of", Absence::judged, read_alternatives, judge_all_of,
    [](const Clause& clause, int depth) { return described_matchers(clause, " and ", depth); }};

constinit const MatcherWord kWordAbsent{"absent", Absence::judged, read_only_true, judge_absent, describe_by_name};

constinit const MatcherWord kWordPresent{"present", Absence::refused, read_only_true, judge_present, describe_by_name};

constinit const MatcherWord kWordShape{
    "shape", Absence::judged, read_shape, judge_shape,
    [](const Clause& clause, int) { return "the shape `" + described_text(clause.value) + "`"; }};

}  // namespace mcplumb
