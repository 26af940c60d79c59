#include "conformance/language/node.hpp"

#include <nlohmann/json.hpp>

#include "conformance/record/words.hpp"

namespace mcplumb {
namespace {

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// What stands behind a fraction, ".25"; all of it if there is none, or none as JSON has it.
std::string_view without_fraction(std::string_view text) {
  const std::size_t end = text.starts_with('.') ? skip_digits(text, 1) : 0;
  return end > 1 ? text.substr(end) : text;
}

// Nothing, or an exponent: "e10", "E-3".
bool is_exponent(std::string_view text) {
  if (text.empty()) return true;
  if (text[0] != 'e' && text[0] != 'E') return false;
  const std::size_t start = text.size() > 1 && (text[1] == '+' || text[1] == '-') ? 2 : 1;
  return text.size() > start && skip_digits(text, start) == text.size();
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].text == key) return &values[i];
  }
  return nullptr;
}

// RFC 8259, section 6.
bool is_json_number(std::string_view text) {
  std::size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
  const std::size_t first = at;
  at = skip_digits(text, at);
  if (at == first || (text[first] == '0' && at > first + 1)) return false;
  return is_exponent(without_fraction(text.substr(at)));
}

ScalarType scalar_type(const Node& scalar) {
  if (!scalar.plain) return ScalarType::text;
  if (scalar.text == "null") return ScalarType::null;
  if (scalar.text == "true" || scalar.text == "false") return ScalarType::boolean;
  return is_json_number(scalar.text) ? ScalarType::number : ScalarType::text;
}

nlohmann::json to_json(const Node& node) {
  if (node.kind == Node::Kind::list) {
    auto list = nlohmann::json::array();
    for (const Node& item : node.items) list.push_back(to_json(item));
    return list;
  }
  if (node.kind == Node::Kind::map) {
    auto map = nlohmann::json::object();
    for (std::size_t i = 0; i < node.keys.size(); ++i) map[node.keys[i].text] = to_json(node.values[i]);
    return map;
  }
  if (scalar_type(node) == ScalarType::text) return node.text;
  // The composer refuses numbers that do not fit, so a discarded value cannot come from a file.
  nlohmann::json literal = nlohmann::json::parse(node.text, nullptr, false);
  return literal.is_discarded() ? nlohmann::json(node.text) : literal;
}

std::string_view kind_text(const Node& node) {
  if (node.kind == Node::Kind::list) return "a list";
  if (node.kind == Node::Kind::map) return "a map";
  switch (scalar_type(node)) {
    case ScalarType::null:
      return "null";
    case ScalarType::boolean:
      return "true or false";
    case ScalarType::number:
      return "a number";
    case ScalarType::text:
      break;
  }
  return "a text";
}

}  // namespace mcplumb
