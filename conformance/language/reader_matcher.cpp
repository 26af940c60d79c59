#include "conformance/language/interpolation.hpp"
#include "conformance/language/pattern.hpp"
#include "conformance/language/reader_parts.hpp"
#include "conformance/record/words.hpp"
#include "conformance/schema/schema.hpp"

namespace mcplumb {
namespace {

bool refers_to_a_name(const std::string& text) {
  const auto names = names_in(text);
  return names && !names->empty();
}

}  // namespace

Expectations SuiteReader::expectations(const Node& node, View view, bool may_say_because) {
  Expectations result;
  if (!is_map(node, "expectations")) return result;
  if (node.keys.empty()) error(node, "an empty map expects nothing");
  view_ = view;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    if (node.keys[i].text == "because") {
      result.because = text(node.values[i], "`because`");
      if (!may_say_because) error(node.keys[i], "`because` goes with `require`");
      continue;
    }
    const auto parsed = path(node.keys[i], view);
    const bool as_text = parsed && parsed->header;
    result.all.push_back({node.keys[i].text, matcher(node.values[i], as_text), place(node.keys[i])});
  }
  view_.reset();
  return result;
}

// A scalar or a list stands for `equals`.
Matcher SuiteReader::matcher(const Node& node, bool as_text) {
  Matcher result;
  result.at = place(node);
  if (node.kind != Node::Kind::map) {
    result.clauses.push_back({"equals", matcher_literal(node, as_text), {}, {}});
    return result;
  }
  if (node.keys.empty()) error(node, "an empty matcher says nothing; write {present: true} or {equals: {}}");
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    result.clauses.push_back(clause(node.keys[i], node.values[i], as_text));
  }
  return result;
}

// A field's value is text: numbers and true/false in the suite are compared as they are written there.
nlohmann::json SuiteReader::matcher_literal(const Node& node, bool as_text) {
  if (!as_text || node.kind == Node::Kind::map) return literal(node);
  check_names(node);
  if (node.kind == Node::Kind::scalar) {
    if (scalar_type(node) != ScalarType::null) return node.text;
    error(node, "a header is never null; write {absent: true} if it must not be there");
    return nullptr;
  }
  auto list = nlohmann::json::array();
  for (const Node& item : node.items) list.push_back(matcher_literal(item, as_text));
  return list;
}

Clause SuiteReader::clause(const Node& key, const Node& value, bool as_text) {
  Clause result;
  result.word = key.text;
  if (index_of(key.text, matcher_words())) {
    read_argument(result, value, as_text);
    return result;
  }
  std::string hint = suggestion(key.text, matcher_words());
  if (hint.empty()) hint = "; to look into an object use {fields: {" + key.text + ": …}} or a longer path";
  error(key, "unknown matcher " + in_ticks(key.text) + hint);
  return result;
}

void SuiteReader::read_argument(Clause& clause, const Node& value, bool as_text) {
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
void SuiteReader::read_values(Clause& clause, const Node& value, bool as_text) {
  const std::string& word = clause.word;
  const bool part_of_text = word == "starts-with" || word == "ends-with";
  if (part_of_text) text(value, in_ticks(word));
  if (word == "has") texts(value, "`has`");
  if (word == "one-of" && is_list(value, "`one-of`") && value.items.empty()) error(value, "`one-of` must not be empty");
  clause.value = matcher_literal(value, as_text || part_of_text || word == "has");
}

// Words whose argument has a form of its own.
void SuiteReader::read_word_argument(Clause& clause, const Node& value) {
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
    if (!is_true) error(value, in_ticks(word) + " is only ever true; for the contrary write {" + other + ": true}");
  }
  if (word == "format") {
    const auto index = this->word(value, format_words(), "format");
    clause.value = index ? std::string(format_words()[*index]) : "";
  }
}

std::vector<Matcher> SuiteReader::matchers(const Node& node, const std::string& what, bool as_text) {
  std::vector<Matcher> list;
  if (!is_list(node, what)) return list;
  if (node.items.empty()) error(node, what + " must not be empty");
  for (const Node& item : node.items) list.push_back(matcher(item, as_text));
  return list;
}

void SuiteReader::read_fields(Clause& clause, const Node& value) {
  if (!is_map(value, "`fields`")) return;
  if (value.keys.empty()) error(value, "`fields` must not be empty; write {type: object}");
  for (std::size_t i = 0; i < value.keys.size(); ++i) {
    clause.fields.push_back({value.keys[i].text, matcher(value.values[i], false)});
  }
}

void SuiteReader::read_type(Clause& clause, const Node& value) {
  clause.value = nlohmann::json::array();
  if (value.kind == Node::Kind::list && value.items.empty()) error(value, "`type` must not be empty");
  const std::vector<Node> single{value};
  for (const Node& item : value.kind == Node::Kind::list ? value.items : single) {
    if (const auto index = word(item, type_words(), "type")) clause.value.push_back(type_words()[*index]);
  }
}

void SuiteReader::read_pattern(Clause& clause, const Node& value) {
  const std::string expression = text(value, "`matches`");
  check_names(value);
  clause.value = expression;
  if (refers_to_a_name(expression)) return;
  const auto plain = interpolate_pattern(expression, {});
  if (!plain) return;
  if (const auto pattern = Pattern::compile(*plain); !pattern) {
    error(value, "the regular expression is wrong: " + pattern.error().what);
  }
}

void SuiteReader::read_number(Clause& clause, const Node& value) {
  clause.value = literal(value);
  if (clause.value.is_number()) return;
  if (value.kind == Node::Kind::scalar && parse_duration(value.text)) return;  // milliseconds, as in {max: 500ms}
  const bool is_name = clause.value.is_string() && refers_to_a_name(value.text);
  if (!is_name) error(value, in_ticks(clause.word) + " must be a number, not " + std::string(kind_in_words(value)));
}

void SuiteReader::read_size(Clause& clause, const Node& value) {
  if (value.kind == Node::Kind::map) {
    clause.matchers.push_back(matcher(value, false));
    return;
  }
  clause.value = literal(value);
  const bool is_name = clause.value.is_string() && refers_to_a_name(value.text);
  const bool is_size = clause.value.is_number_integer() && clause.value >= 0;
  if (!is_name && !is_size) error(value, "`size` must be a whole number from 0 or a matcher, as in {min: 1}");
}

void SuiteReader::read_media_type(Clause& clause, const Node& value) {
  const std::string type = text(value, "`media-type`");
  clause.value = type;
  check_names(value);
  const std::size_t slash = type.find('/');
  const bool is_type = slash != std::string::npos && slash > 0 && slash + 1 < type.size() &&
                       type.find_first_of("; /", slash + 1) == std::string::npos;
  if (!is_type && !type.empty()) error(value, "`media-type` must be type/subtype without parameters");
}

void SuiteReader::read_unique(Clause& clause, const Node& value) {
  clause.value = true;
  if (value.kind == Node::Kind::scalar && scalar_type(value) == ScalarType::text) {
    path(value, View::element);
    clause.value = value.text;
  } else if (!flag(value, "`unique`")) {
    error(value, "write {unique: true}, or a path into each element");
  }
}

// A shape is used in many views, so only the form of its paths can be checked.
void SuiteReader::read_path_argument(Clause& clause, const Node& value) {
  path(value, view_.value_or(View::element));
  clause.value = value.text;
}

// A schema as it stands, or one that a name holds: a captured outputSchema, or a file given with --var.
void SuiteReader::read_schema(Clause& clause, const Node& value) {
  clause.value = literal(value);
  if (clause.value.is_string() && refers_to_a_name(value.text)) return;
  const bool is_schema = clause.value.is_object() || clause.value.is_boolean();
  if (!is_schema) return error(value, "`matches-schema` must be a JSON Schema or \"${name}\"");
  if (value.kind == Node::Kind::map && clause.value.dump().find("${") != std::string::npos) return;
  const schema::Verdict verdict = schema::check_schema(clause.value);
  if (!verdict.problems.empty())
    error(value, "this is not JSON Schema: " + verdict.problems[0].instance + " " + verdict.problems[0].what);
}

void SuiteReader::read_shape_name(Clause& clause, const Node& value) {
  const std::string shape = text(value, "`shape`");
  clause.value = shape;
  for (const std::string& known : shape_names_) {
    if (known == shape) return;
  }
  error(value, "unknown shape " + in_ticks(shape) + suggestion(shape, shape_names_));
}

}  // namespace mcplumb
