#include "conformance/language/matcher_reader.hpp"

#include "conformance/language/matcher_word.hpp"

namespace mcplumb {
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
    result.clauses.push_back({&kWordEquals, literal(node, as_text)});
    return result;
  }
  if (node.keys.empty()) values_.error(node, "an empty matcher says nothing; write {present: true} or {equals: {}}");
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    if (auto one = clause(node.keys[i], node.values[i], as_text)) result.clauses.push_back(std::move(*one));
  }
  return result;
}

// A field's value is text: numbers and true/false in the suite are compared as
// they are written there.
nlohmann::json MatcherReader::literal(const Node& node, bool as_text) {
  if (!as_text || node.kind == Node::Kind::map) return names_.literal(node);
  names_.check_names(node);
  if (node.kind == Node::Kind::scalar) {
    if (scalar_type(node) != ScalarType::null) return node.text;
    values_.error(node, "a header is never null; write {absent: true} if it must not be there");
    return nullptr;
  }
  auto list = nlohmann::json::array();
  for (const Node& item : node.items) list.push_back(literal(item, as_text));
  return list;
}

std::optional<Clause> MatcherReader::clause(const Node& key, const Node& value, bool as_text) {
  if (const MatcherWord* word = matcher_word(key.text)) {
    Clause result{word};
    word->read(*this, result, value, as_text);
    return result;
  }
  std::string hint = suggestion(key.text, matcher_words());
  if (hint.empty()) hint = "; to look into an object use {fields: {" + key.text + ": …}} or a longer path";
  values_.error(key, "unknown matcher " + in_ticks(key.text) + hint);
  return std::nullopt;
}

}  // namespace mcplumb
