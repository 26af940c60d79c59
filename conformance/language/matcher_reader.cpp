#include "conformance/language/matcher_reader.hpp"

#include "conformance/language/duration.hpp"
#include "conformance/language/interpolation.hpp"
#include "conformance/language/pattern.hpp"
#include "conformance/language/vocabulary.hpp"
#include "conformance/record/words.hpp"
#include "conformance/schema/schema.hpp"

namespace mcplumb {
namespace {

bool refers_to_a_name(const std::string& text) {
  const auto names = names_in(text);
  return names && !names->empty();
}

}  // namespace

Expectations MatcherReader::expectations(const Node& node, View view, bool may_say_because) {
  Expectations result;
  if (!values_.is_map(node, "expectations")) return result;
  if (node.keys.empty()) values_.error(node, "an empty map expects nothing");
  view_ = view;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    if (node.keys[i].text == "because") {
      result.because = values_.text(node.values[i], "`because`");
      if (!may_say_because) values_.error(node.keys[i], "`because` goes with `require`");
      continue;
    }
    const auto parsed = paths_.path(node.keys[i], view);
    const bool as_text = parsed && parsed->header;
    result.all.push_back({node.keys[i].text, matcher(node.values[i], as_text), values_.place(node.keys[i])});
  }
  view_.reset();
  return result;
}

// A scalar or a list stands for `equals`.
Matcher MatcherReader::matcher(const Node& node, bool as_text) {
  Matcher result;
  result.at = values_.place(node);
  if (node.kind != Node::Kind::map) {
    result.clauses.push_back({"equals", matcher_literal(node, as_text), {}, {}});
    return result;
  }
  if (node.keys.empty()) values_.error(node, "an empty matcher says nothing; write {present: true} or {equals: {}}");
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    result.clauses.push_back(clause(node.keys[i], node.values[i], as_text));
  }
  return result;
}

// A field's value is text: numbers and true/false in the suite are compared as
// they are written there.
nlohmann::json MatcherReader::matcher_literal(const Node& node, bool as_text) {
  if (!as_text || node.kind == Node::Kind::map) return names_.literal(node);
  names_.check_names(node);
  if (node.kind == Node::Kind::scalar) {
    if (scalar_type(node) != ScalarType::null) return node.text;
    values_.error(node, "a header is never null; write {absent: true} if it must not be there");
    return nullptr;
  }
  auto list = nlohmann::json::array();
  for (const Node& item : node.items) list.push_back(matcher_literal(item, as_text));
  return list;
}

Clause MatcherReader::clause(const Node& key, const Node& value, bool as_text) {
  Clause result;
  result.word = key.text;
  if (index_of(key.text, matcher_words())) {
    read_argument(result, value, as_text);
    return result;
  }
  std::string hint = suggestion(key.text, matcher_words());
  if (hint.empty()) hint = "; to look into an object use {fields: {" + key.text + ": …}} or a longer path";
  values_.error(key, "unknown matcher " + in_ticks(key.text) + hint);
  return result;
}

void MatcherReader::read_argument(Clause& clause, const Node& value, bool as_text) {
  const std::string& word = clause.word;
  if (is_any_of(word, {"not", "each", "some", "none"})) {
    clause.matchers.push_back(matcher(value, as_text));
  } else if (is_any_of(word, {"any-of", "all-of"})) {
    clause.matchers = matchers(value, in_ticks(word), as_text);
  } else if (word == "fields") {
    read_fields(clause, value);
  } else if (word == "size") {
    read_size(clause, value);
  } else if (is_any_of(word, {"equals", "one-of", "contains", "starts-with", "ends-with", "has"})) {
    read_values(clause, value, as_text);
  } else if (is_any_of(word, {"min", "max", "above", "below"})) {
    read_number(clause, value);
  } else {
    read_word_argument(clause, value);
  }
}

// Words whose argument is any literal, or a text that may hold names.
void MatcherReader::read_values(Clause& clause, const Node& value, bool as_text) {
  const std::string& word = clause.word;
  const bool part_of_text = word == "starts-with" || word == "ends-with";
  if (part_of_text) values_.text(value, in_ticks(word));
  if (word == "has") values_.texts(value, "`has`");
  if (word == "one-of" && values_.is_list(value, "`one-of`") && value.items.empty())
    values_.error(value, "`one-of` must not be empty");
  clause.value = matcher_literal(value, as_text || part_of_text || word == "has");
}

// Words whose argument has a form of its own.
void MatcherReader::read_word_argument(Clause& clause, const Node& value) {
  const std::string& word = clause.word;
  if (word == "type") read_type(clause, value);
  if (word == "matches") read_pattern(clause, value);
  if (word == "unique") read_unique(clause, value);
  if (word == "media-type") read_media_type(clause, value);
  if (word == "same-as") read_path_argument(clause, value);
  if (word == "shape") read_shape_name(clause, value);
  if (word == "matches-schema") read_schema(clause, value);
  if (word == "absent" || word == "present") {
    clause.value = true;
    const bool is_true = value.kind == Node::Kind::scalar && value.plain && value.text == "true";
    const std::string other = word == "absent" ? "present" : "absent";
    if (!is_true)
      values_.error(value, in_ticks(word) + " is only ever true; for the contrary write {" + other + ": true}");
  }
  if (word == "format") {
    const auto index = values_.word(value, format_words(), "format");
    clause.value = index ? std::string(format_words()[*index]) : "";
  }
}

std::vector<Matcher> MatcherReader::matchers(const Node& node, const std::string& what, bool as_text) {
  std::vector<Matcher> list;
  if (!values_.is_list(node, what)) return list;
  if (node.items.empty()) values_.error(node, what + " must not be empty");
  for (const Node& item : node.items) list.push_back(matcher(item, as_text));
  return list;
}

void MatcherReader::read_fields(Clause& clause, const Node& value) {
  if (!values_.is_map(value, "`fields`")) return;
  if (value.keys.empty()) values_.error(value, "`fields` must not be empty; write {type: object}");
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    clause.fields.push_back({value.keys[i].text, matcher(value.values[i], false)});
  }
}

void MatcherReader::read_type(Clause& clause, const Node& value) {
  clause.value = nlohmann::json::array();
  if (value.kind == Node::Kind::list && value.items.empty()) values_.error(value, "`type` must not be empty");
  const std::vector<Node> single{value};
  for (const Node& item : value.kind == Node::Kind::list ? value.items : single) {
    if (const auto index = values_.word(item, type_words(), "type")) clause.value.push_back(type_words()[*index]);
  }
}

void MatcherReader::read_pattern(Clause& clause, const Node& value) {
  const std::string expression = values_.text(value, "`matches`");
  names_.check_names(value);
  clause.value = expression;
  if (refers_to_a_name(expression)) return;
  const auto plain = interpolate_pattern(expression, {});
  if (!plain) return;
  if (const auto pattern = Pattern::compile(*plain); !pattern) {
    values_.error(value, "the regular expression is wrong: " + pattern.error().what);
  }
}

void MatcherReader::read_number(Clause& clause, const Node& value) {
  clause.value = names_.literal(value);
  if (clause.value.is_number()) return;
  if (value.kind == Node::Kind::scalar && parse_duration(value.text)) return;  // milliseconds, as in {max: 500ms}
  const bool is_name = clause.value.is_string() && refers_to_a_name(value.text);
  if (!is_name)
    values_.error(value, in_ticks(clause.word) + " must be a number, not " + std::string(kind_in_words(value)));
}

void MatcherReader::read_size(Clause& clause, const Node& value) {
  if (value.kind == Node::Kind::map) {
    clause.matchers.push_back(matcher(value, false));
    return;
  }
  clause.value = names_.literal(value);
  const bool is_name = clause.value.is_string() && refers_to_a_name(value.text);
  const bool is_size = clause.value.is_number_integer() && clause.value >= 0;
  if (!is_name && !is_size) values_.error(value, "`size` must be a whole number from 0 or a matcher, as in {min: 1}");
}

void MatcherReader::read_media_type(Clause& clause, const Node& value) {
  const std::string type = values_.text(value, "`media-type`");
  clause.value = type;
  names_.check_names(value);
  const std::size_t slash = type.find('/');
  const bool is_type = slash != std::string::npos && slash > 0 && slash + 1 < type.size() &&
                       type.find_first_of("; /", slash + 1) == std::string::npos;
  if (!is_type && !type.empty()) values_.error(value, "`media-type` must be type/subtype without parameters");
}

void MatcherReader::read_unique(Clause& clause, const Node& value) {
  clause.value = true;
  if (value.kind == Node::Kind::scalar && scalar_type(value) == ScalarType::text) {
    paths_.path(value, View::element);
    clause.value = value.text;
  } else if (!values_.flag(value, "`unique`")) {
    values_.error(value, "write {unique: true}, or a path into each element");
  }
}

// A shape is used in many views, so only the form of its paths can be checked.
void MatcherReader::read_path_argument(Clause& clause, const Node& value) {
  paths_.path(value, view_.value_or(View::element));
  clause.value = value.text;
}

// A schema as it stands, or one that a name holds: a captured outputSchema, or
// a file given with --var.
void MatcherReader::read_schema(Clause& clause, const Node& value) {
  clause.value = names_.literal(value);
  if (clause.value.is_string() && refers_to_a_name(value.text)) return;
  const bool is_schema = clause.value.is_object() || clause.value.is_boolean();
  if (!is_schema) return values_.error(value, "`matches-schema` must be a JSON Schema or \"${name}\"");
  if (value.kind == Node::Kind::map && clause.value.dump().find("${") != std::string::npos) return;
  const schema::Verdict verdict = schema::check_schema(clause.value);
  if (!verdict.problems.empty())
    values_.error(value, "this is not JSON Schema: " + verdict.problems[0].instance + " " + verdict.problems[0].what);
}

void MatcherReader::read_shape_name(Clause& clause, const Node& value) {
  const std::string shape = values_.text(value, "`shape`");
  clause.value = shape;
  for (const std::string& known : shape_names_) {
    if (known == shape) return;
  }
  values_.error(value, "unknown shape " + in_ticks(shape) + suggestion(shape, shape_names_));
}

}  // namespace mcplumb
