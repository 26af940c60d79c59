// Words about the parts of a value, elements or fields: size, each, some, none, unique, has, fields.
#include <algorithm>
#include <unordered_map>

#include "conformance/language/describe.hpp"
#include "conformance/language/evaluation.hpp"
#include "conformance/language/interpolation.hpp"
#include "conformance/language/matcher_reader.hpp"
#include "conformance/language/matcher_word.hpp"
#include "conformance/language/path.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

void read_size(MatcherReader& reader, Clause& clause, const Node& value, bool) {
  if (value.kind == Node::Kind::map) {
    clause.matchers.push_back(reader.matcher(value, false));
    return;
  }
  clause.value = reader.names().literal(value);
  const bool is_name = clause.value.is_string() && refers_to_a_name(value.text);
  const bool is_size = clause.value.is_number_integer() && clause.value >= 0;
  if (!is_name && !is_size)
    reader.values().error(value, "`size` must be a whole number from 0 or a matcher, as in {min: 1}");
}

std::size_t size_of(const json& value) {
  return value.is_string() ? value.get_ref<const std::string&>().size() : value.size();
}

bool has_size(Evaluation& evaluation, const Clause& clause, const Subject& measured) {
  if (!clause.matchers.empty()) return evaluation.holds(clause.matchers[0], measured);
  const auto wanted = interpolate(clause.value, evaluation.variables());
  return wanted && *wanted == *measured.value;
}

void judge_size(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  const json& value = *subject.value;
  if (!value.is_string() && !value.is_structured()) return evaluation.add(subject, "a string, an array or an object");
  const json size = size_of(value);
  if (!has_size(evaluation, clause, {&size, subject.path}))
    evaluation.add(subject, [&] { return describe(clause) + " (it is " + size.dump() + ")"; });
}

std::string describe_size(const Clause& clause, int depth) {
  return "of size " + (clause.matchers.empty() ? described_text(clause.value) : described_first(clause, depth));
}

void read_element_matcher(MatcherReader& reader, Clause& clause, const Node& value, bool as_text) {
  clause.matchers.push_back(reader.matcher(value, as_text));
}

// Calls `look` with each element of an array or value of an object, and with what makes its path, until it says that it
// has seen enough.
template <class Look>
void for_elements(Evaluation& evaluation, const Clause& clause, const Subject& subject, const Look& look) {
  const json& value = *subject.value;
  std::size_t index = 0;
  for (auto it = value.begin(); it != value.end() && !evaluation.is_full(); ++it, ++index) {
    const auto path = [&] {
      return value.is_object() ? path_below(subject.path, it.key()) : path_below(subject.path, index, *it);
    };
    if (!look(clause.matchers[0], *it, path)) return;
  }
}

bool has_elements(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  if (subject.value->is_structured() && !clause.matchers.empty()) return true;
  evaluation.add(subject, "an array");
  return false;
}

// A path is text for people: it is made for the element that breaks the rule, not for the thousands that keep it.
void judge_each(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  if (!has_elements(evaluation, clause, subject)) return;
  for_elements(evaluation, clause, subject, [&](const Matcher& matcher, const json& element, const auto& path) {
    if (!evaluation.holds(matcher, {&element, ""})) evaluation.judge(matcher, {&element, path()});
    return true;
  });
}

void judge_some(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  if (!has_elements(evaluation, clause, subject)) return;
  bool found = false;
  for_elements(evaluation, clause, subject, [&](const Matcher& matcher, const json& element, const auto&) {
    found = evaluation.holds(matcher, {&element, ""});
    return !found;
  });
  if (!found) evaluation.add(subject, clause);
}

void judge_none(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  if (!has_elements(evaluation, clause, subject)) return;
  for_elements(evaluation, clause, subject, [&](const Matcher& matcher, const json& element, const auto& path) {
    const bool found = evaluation.holds(matcher, {&element, ""});
    if (found) evaluation.add({&element, path()}, [&matcher = matcher] { return "not " + describe(matcher); });
    return !found;
  });
}

void read_unique(MatcherReader& reader, Clause& clause, const Node& value, bool) {
  clause.value = true;
  if (value.kind == Node::Kind::scalar && scalar_type(value) == ScalarType::text) {
    reader.paths().path(value, View::element);
    clause.value = value.text;
  } else if (!reader.values().flag(value, "`unique`")) {
    reader.values().error(value, "write {unique: true}, or a path into each element");
  }
}

// The first element that is there before, and where. By hash first: a list may be long, and is the server's.
struct Twins {
  std::size_t before, again;
};
std::optional<Twins> first_twins(const std::vector<const json*>& values) {
  std::unordered_multimap<std::size_t, std::size_t> seen;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i]) continue;
    const std::size_t hash = std::hash<json>{}(*values[i]);
    const auto [first, last] = seen.equal_range(hash);
    const auto twin = std::find_if(first, last, [&](const auto& entry) { return *values[entry.second] == *values[i]; });
    if (twin != last) return Twins{twin->second, i};
    seen.emplace(hash, i);
  }
  return std::nullopt;
}

void judge_unique(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  if (!subject.value->is_array()) return evaluation.add(subject, "an array");
  const std::string within = clause.value.is_string() ? clause.value.get<std::string>() : "";
  const auto path = clause.value.is_string() ? parse_path(within) : Result<Path>(Path{});
  if (!path) return evaluation.add(subject, clause);
  std::vector<const json*> values;
  for (const json& element : *subject.value) values.push_back(find_value(*path, element));
  const auto twins = first_twins(values);
  if (!twins) return;
  const std::string tail = clause.value.is_string() ? "." + within : "";
  evaluation.add({values[twins->again], path_below(subject.path, twins->again) + tail},
                 "different from `" + path_below(subject.path, twins->before) + tail + "`");
}

std::string describe_unique(const Clause& clause, int) {
  if (!clause.value.is_string()) return "no two equal elements";
  return "no two elements with the same `" + described_text(clause.value) + "`";
}

void read_has(MatcherReader& reader, Clause& clause, const Node& value, bool) {
  reader.values().texts(value, "`has`");
  clause.value = reader.literal(value, true);
}

void judge_has(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  evaluation.judge_literal(clause, subject, [](const json& value, const json& keys) {
    return value.is_object() && keys.is_array() && std::all_of(keys.begin(), keys.end(), [&](const json& key) {
             return key.is_string() && value.contains(key.get_ref<const std::string&>());
           });
  });
}

void read_fields(MatcherReader& reader, Clause& clause, const Node& value, bool) {
  if (!reader.values().is_map(value, "`fields`")) return;
  if (value.keys.empty()) reader.values().error(value, "`fields` must not be empty; write {type: object}");
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    std::string name = value.keys[i].text;
    const bool optional = name.size() > 1 && name.ends_with('?');
    if (optional) name.pop_back();
    clause.fields.push_back({std::move(name), optional, reader.matcher(value.values[i], false)});
  }
}

void judge_fields(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  if (!subject.value->is_object()) return evaluation.add(subject, "an object");
  for (const FieldMatcher& field : clause.fields) {
    if (evaluation.is_full()) return;
    const auto found = subject.value->find(field.name);
    const json* value = found != subject.value->end() ? &*found : nullptr;
    if (value == nullptr && field.optional) continue;
    evaluation.judge(field.matcher, {value, evaluation.says_why() ? path_below(subject.path, field.name) : ""});
  }
}

}  // namespace

constinit const MatcherWord kWordSize{"size", Absence::refused, read_size, judge_size, describe_size};

constinit const MatcherWord kWordEach{
    "each", Absence::refused, read_element_matcher, judge_each,
    [](const Clause& clause, int depth) { return "every element " + described_first(clause, depth); }};

constinit const MatcherWord kWordSome{
    "some", Absence::refused, read_element_matcher, judge_some,
    [](const Clause& clause, int depth) { return "at least one element " + described_first(clause, depth); }};

constinit const MatcherWord kWordNone{
    "none", Absence::refused, read_element_matcher, judge_none,
    [](const Clause& clause, int depth) { return "no element " + described_first(clause, depth); }};

constinit const MatcherWord kWordUnique{"unique", Absence::refused, read_unique, judge_unique, describe_unique};

constinit const MatcherWord kWordHas{"has", Absence::refused, read_has, judge_has, [](const Clause& clause, int) {
                                       return "an object with the keys " +
                                              described_list(clause.value, ", ", described_text);
                                     }};

constinit const MatcherWord kWordFields{
    "fields", Absence::refused, read_fields, judge_fields,
    [](const Clause& clause, int depth) { return "an object with " + described_fields(clause, depth); }};

}  // namespace mcplumb
