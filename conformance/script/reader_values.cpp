#include <algorithm>
#include <charconv>

#include "conformance/script/interpolation.hpp"
#include "conformance/script/reader_parts.hpp"

namespace mcplumb {
namespace {

constexpr auto kLongestDuration = std::chrono::hours(24);

bool is_name_text(const std::string& text) {
  if (text.empty() || text.size() > 60 || !std::isalpha(static_cast<unsigned char>(text[0]))) return false;
  for (const unsigned char c : text) {
    if (!std::isalnum(c) && c != '-' && c != '_') return false;
  }
  return true;
}

}  // namespace

void SuiteReader::error(const Node& at, std::string message) {
  if (problems_.size() < kMostProblems) problems_.push_back(source_.at(at.line, at.column, std::move(message)));
}

bool SuiteReader::is_map(const Node& node, const std::string& what) {
  if (node.kind == Node::Kind::map) return true;
  error(node, what + " must be a map, not " + std::string(kind_in_words(node)));
  return false;
}

bool SuiteReader::is_list(const Node& node, const std::string& what) {
  if (node.kind == Node::Kind::list) return true;
  error(node, what + " must be a list, not " + std::string(kind_in_words(node)));
  return false;
}

void SuiteReader::refuse_unknown_keys(const Node& map, Words known, const std::string& place) {
  for (const Node& key : map.keys) {
    if (index_of(key.text, known)) continue;
    error(key, "unknown key " + in_ticks(key.text) + " in " + place + suggestion(key.text, known));
  }
}

// A misspelt key is reported as that, not as a missing one too.
const Node* SuiteReader::required(const Node& map, std::string_view key, Words known, const std::string& place) {
  const Node* value = map.find(key);
  const bool misspelt = std::any_of(map.keys.begin(), map.keys.end(), [&](const Node& other) {
    return !index_of(other.text, known) && closest(other.text, known) == key;
  });
  if (!value && !misspelt) error(map, place + " needs " + in_ticks(key));
  return value;
}

// Numbers and true/false are taken as they are written: `title: 404` means the text.
std::string SuiteReader::text(const Node& node, const std::string& what) {
  if (node.kind == Node::Kind::scalar && scalar_type(node) != ScalarType::null) {
    if (node.text.empty()) error(node, what + " must not be empty");
    return node.text;
  }
  error(node, what + " must be a text, not " + std::string(kind_in_words(node)));
  return {};
}

std::vector<std::string> SuiteReader::texts(const Node& node, const std::string& what) {
  std::vector<std::string> list;
  if (node.kind == Node::Kind::scalar && scalar_type(node) != ScalarType::null) {
    error(node, what + " must be a list: write [" + node.text + "]");
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

std::optional<std::size_t> SuiteReader::word(const Node& node, Words words, const std::string& what) {
  if (node.kind != Node::Kind::scalar) {
    error(node, what + " must be a word, not " + std::string(kind_in_words(node)));
    return std::nullopt;
  }
  const auto index = index_of(node.text, words);
  if (!index) error(node, "unknown " + what + " " + in_ticks(node.text) + suggestion(node.text, words));
  return index;
}

bool SuiteReader::flag(const Node& node, const std::string& what) {
  const bool is_flag = node.kind == Node::Kind::scalar && scalar_type(node) == ScalarType::boolean;
  if (!is_flag) error(node, what + " must be true or false");
  return is_flag && node.text == "true";
}

long SuiteReader::count(const Node& node, const std::string& what, long least) {
  const nlohmann::json value = node.kind == Node::Kind::scalar ? to_json(node) : nlohmann::json();
  const bool fits = value.is_number_integer() && value >= least && value <= 1'000'000;
  if (!fits) error(node, what + " must be a whole number from " + std::to_string(least) + " to 1000000");
  return fits ? value.get<long>() : least;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const std::size_t unit_at = text.find_first_not_of("0123456789.");
  if (unit_at == std::string_view::npos || unit_at == 0) return std::nullopt;
  double amount = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + unit_at, amount, std::chars_format::fixed);
  if (failed != std::errc{} || end != text.data() + unit_at) return std::nullopt;
  const std::string_view unit = text.substr(unit_at);
  const double factor = unit == "ms" ? 1 : unit == "s" ? 1000 : unit == "m" ? 60'000 : 0;
  const double milliseconds = amount * factor;
  if (factor == 0 || milliseconds > static_cast<double>(std::chrono::milliseconds(kLongestDuration).count())) {
    return std::nullopt;
  }
  return std::chrono::milliseconds(static_cast<long>(milliseconds + 0.5));
}

std::chrono::milliseconds SuiteReader::duration(const Node& node, const std::string& what) {
  const auto parsed = node.kind == Node::Kind::scalar ? parse_duration(node.text) : std::nullopt;
  if (!parsed) error(node, what + " must be a duration up to 24 hours, as in 200ms, 5s or 2m");
  return parsed.value_or(std::chrono::milliseconds(0));
}

std::string SuiteReader::name(const Node& node, const std::string& what) {
  if (node.kind == Node::Kind::scalar && is_name_text(node.text)) {
    if (!index_of(node.text, built_in_names())) return node.text;
    error(node, in_ticks(node.text) + " is a built-in name");
    return {};
  }
  error(node, what + " must be a name: a letter, then letters, digits, - and _");
  return {};
}

bool SuiteReader::is_revision(const Node& at, const std::string& text) {
  if (index_of(text, published_revisions())) return true;
  error(at, "unknown revision " + in_ticks(text) + suggestion(text, published_revisions()));
  return false;
}

RevisionRange SuiteReader::revision_range(const Node& node) {
  const std::string text = node.kind == Node::Kind::scalar ? node.text : "";
  const std::size_t dots = text.find("..");
  if (text.empty() || text == "..") {
    error(node, "a revision, or a range as in 2025-03-26..2025-11-25, is missing");
    return {};
  }
  RevisionRange range{text.substr(0, dots), dots == std::string::npos ? text : text.substr(dots + 2)};
  const bool known = (range.from.empty() || is_revision(node, range.from)) &&
                     (range.to.empty() || range.to == range.from || is_revision(node, range.to));
  if (known && !range.from.empty() && !range.to.empty() && range.to < range.from) {
    error(node, "the range ends before it begins");
  }
  return range;
}

std::vector<RevisionRange> SuiteReader::revisions(const Node& node) {
  if (node.kind == Node::Kind::scalar) return {revision_range(node)};
  std::vector<RevisionRange> ranges;
  if (!is_list(node, "`revisions`")) return ranges;
  if (node.items.empty()) error(node, "`revisions` must not be empty");
  for (const Node& item : node.items) ranges.push_back(revision_range(item));
  return ranges;
}

std::vector<std::string> SuiteReader::transports(const Node& node) {
  std::vector<std::string> list = texts(node, "`transports`");
  for (const Node& item : node.items) {
    if (item.kind == Node::Kind::scalar) word(item, transport_words(), "transport");
  }
  return list;
}

void SuiteReader::check_names(const Node& node) {
  for (const Node& item : node.items) check_names(item);
  for (const Node& value : node.values) check_names(value);
  if (node.kind != Node::Kind::scalar) return;
  const auto names = names_in(node.text);
  if (!names) return error(node, names.error().what);
  for (const std::string& used : *names) {
    if (!known_part(used, [&](const std::string& part) { return scope_.names.count(part) != 0; }).empty()) continue;
    const std::vector<std::string> known(scope_.names.begin(), scope_.names.end());
    error(node, "unknown name " + in_ticks("${" + used + "}") + suggestion(used, known));
  }
}

nlohmann::json SuiteReader::literal(const Node& node) {
  check_names(node);
  return to_json(node);
}

}  // namespace mcplumb
