#include "conformance/language/value_reader.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "conformance/language/duration.hpp"

namespace mcplumb {
namespace {

// Whether YAML reads it as this text without quotes.
bool needs_no_quotes(std::string_view text) { return text.find_first_of("*&!|>%@`{}[],#?:'\"") == text.npos; }

}  // namespace

void ValueReader::error(const Node& at, std::string message) {
  if (problems_.size() < kMostProblems) problems_.push_back(source_.at(at.line, at.column, std::move(message)));
}

bool ValueReader::is_map(const Node& node, const std::string& what) {
  if (node.kind == Node::Kind::map) return true;
  error(node, what + " must be a map, not " + std::string(kind_text(node)));
  return false;
}

bool ValueReader::is_list(const Node& node, const std::string& what) {
  if (node.kind == Node::Kind::list) return true;
  error(node, what + " must be a list, not " + std::string(kind_text(node)));
  return false;
}

void ValueReader::refuse_unknown_keys(const Node& map, Words known, const std::string& place) {
  for (const Node& key : map.keys) {
    if (index_of(key.text, known)) continue;
    error(key, "unknown key " + in_ticks(key.text) + " in " + place + suggestion(key.text, known));
  }
}

// A misspelt key is reported as that, not as a missing one too.
const Node* ValueReader::required(const Node& map, std::string_view key, Words known, const std::string& place) {
  const Node* value = map.find(key);
  const bool misspelt = std::any_of(map.keys.begin(), map.keys.end(), [&](const Node& other) {
    return !index_of(other.text, known) && closest(other.text, known) == key;
  });
  if (!value && !misspelt) error(map, place + " needs " + in_ticks(key));
  return value;
}

// Numbers and true/false are taken as they are written: `title: 404` means the text.
std::string ValueReader::text(const Node& node, const std::string& what) {
  if (node.kind == Node::Kind::scalar && scalar_type(node) != ScalarType::null) {
    if (node.text.empty()) error(node, what + " must not be empty");
    return node.text;
  }
  error(node, what + " must be a text, not " + std::string(kind_text(node)));
  return {};
}

std::vector<std::string> ValueReader::texts(const Node& node, const std::string& what) {
  std::vector<std::string> list;
  if (node.kind == Node::Kind::scalar && scalar_type(node) != ScalarType::null) {
    error(node,
          what + " must be a list: write [" + (needs_no_quotes(node.text) ? node.text : "\"" + node.text + "\"") + "]");
    return list;
  }
  if (!is_list(node, what)) return list;
  for (const Node& item : node.items) {
    std::string entry = text(item, "an entry of " + what);
    if (index_of(entry, std::vector<std::string_view>(list.begin(), list.end()))) {
      error(item, in_ticks(entry) + " is listed twice");
    }
    list.push_back(std::move(entry));
  }
  return list;
}

std::optional<std::size_t> ValueReader::word(const Node& node, Words words, const std::string& what) {
  if (node.kind != Node::Kind::scalar) {
    error(node, what + " must be a word, not " + std::string(kind_text(node)));
    return std::nullopt;
  }
  const auto index = index_of(node.text, words);
  if (!index) error(node, "unknown " + what + " " + in_ticks(node.text) + suggestion(node.text, words));
  return index;
}

bool ValueReader::flag(const Node& node, const std::string& what) {
  const bool is_flag = node.kind == Node::Kind::scalar && scalar_type(node) == ScalarType::boolean;
  if (!is_flag) error(node, what + " must be true or false");
  return is_flag && node.text == "true";
}

long ValueReader::count(const Node& node, const std::string& what, long least) {
  const nlohmann::json value = node.kind == Node::Kind::scalar ? to_json(node) : nlohmann::json();
  const bool fits = value.is_number_integer() && value >= least && value <= 1'000'000;
  if (!fits) error(node, what + " must be a whole number from " + std::to_string(least) + " to 1000000");
  return fits ? value.get<long>() : least;
}

std::chrono::milliseconds ValueReader::duration(const Node& node, const std::string& what) {
  const auto parsed = node.kind == Node::Kind::scalar ? parse_duration(node.text) : std::nullopt;
  if (!parsed) error(node, what + " must be a duration up to 24 hours, as in 200ms, 5s or 2m");
  return parsed.value_or(std::chrono::milliseconds(0));
}

std::vector<Budget> ValueReader::budgets(const Node& node) {
  std::vector<Budget> all;
  if (!is_list(node, "`expect`")) return all;
  for (const Node& item : node.items) {
    const std::size_t before = problem_count();
    Result<Budget> budget = parse_budget(text(item, "an entry of `expect`"));
    if (problem_count() > before) continue;
    if (!budget) {
      error(item, "an entry of `expect` is wrong at " + budget.error().what);
      continue;
    }
    budget->script_at = source_.file() + ":" + std::to_string(item.line) + ":" + std::to_string(item.column);
    all.push_back(std::move(*budget));
  }
  return all;
}

}  // namespace mcplumb
