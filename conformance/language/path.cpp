#include "conformance/language/path.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <nlohmann/json.hpp>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

bool leads_to_header(const std::vector<PathStep>& steps) {
  return std::all_of(steps.begin(), steps.end(), [](const PathStep& step) {
    return !step.is_index && (step.key == "request" || step.key == "on" || step.key == "last");
  });
}

// `["key"]`, with JSON's escapes; `text` starts behind the bracket.
Result<std::size_t> read_quoted(std::string_view text, Path& path) {
  std::size_t end = 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  if (end + 1 >= text.size() || text[end + 1] != ']') return failure("`[\"` is not closed with `\"]`");
  const auto key = nlohmann::json::parse(text.substr(0, end + 1), nullptr, false);
  if (!key.is_string()) return failure("the key in brackets is not a JSON string");
  path.steps.push_back({key.get<std::string>(), false, 0});
  return end + 2;
}

// What stands behind `[`; returns how much of it.
Result<std::size_t> read_bracket(std::string_view text, Path& path) {
  if (!text.empty() && text[0] == '"') return read_quoted(text, path);
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) return failure("`[` is not closed");
  PathStep step{"", true, 0};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + end, step.index);
  if (error != std::errc{} || stop != text.data() + end)
    return failure("an index is a whole number, as in `[0]` or `[-1]`");
  path.steps.push_back(step);
  return end + 1;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

const nlohmann::json* find_header(std::string_view name, const nlohmann::json& headers) {
  if (!headers.is_object()) return nullptr;
  for (auto it = headers.begin(); it != headers.end(); ++it) {
    if (equal_ignoring_case(it.key(), name)) return &it.value();
  }
  return nullptr;
}

const nlohmann::json* find_index(long index, const nlohmann::json& list) {
  if (!list.is_array()) return nullptr;
  const auto size = static_cast<long>(list.size());
  if (index < 0) index += size;
  return index >= 0 && index < size ? &list[static_cast<std::size_t>(index)] : nullptr;
}

bool is_plain_key(std::string_view key) {
  return !key.empty() && key.size() <= 60 && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '-' || c == '$' || c == '/';
  });
}

}  // namespace

Result<Path> parse_path(std::string_view text) {
  Path path;
  bool key_expected = true;
  while (!text.empty() || key_expected) {
    if (key_expected) {
      const std::size_t end = std::min(text.find_first_of(".[]"), text.size());
      if (end == 0) return failure("a name is missing in the path");
      const std::string key(text.substr(0, end));
      const bool header = key == "header" && leads_to_header(path.steps);
      path.steps.push_back({key, false, 0});
      text.remove_prefix(end);
      key_expected = false;
      if (!header || text.empty()) continue;
      if (text[0] != '.' || text.size() == 1) return failure("a field name is missing behind `header.`");
      path.steps.push_back({std::string(text.substr(1)), false, 0});
      path.header = true;
      return path;
    }
    const char c = text[0];
    text.remove_prefix(1);
    if (c == ']') return failure("`]` without `[`");
    if (c == '.') {
      key_expected = true;
      continue;
    }
    if (c != '[') return failure("a dot is missing behind `]`");
    const auto used = read_bracket(text, path);
    if (!used) return tl::make_unexpected(used.error());
    text.remove_prefix(*used);
  }
  return path;
}

const nlohmann::json* find_value(const Path& path, const Parts& view) {
  const bool within = path.steps.size() > 1 && !path.steps[1].is_index && !(path.header && path.steps.size() == 2);
  const std::string& first = path.steps.front().key;
  const nlohmann::json* value = within ? view.find_within(first, path.steps[1].key) : view.find(first);
  for (std::size_t i = within ? 2 : 1; i < path.steps.size() && value; ++i) {
    const PathStep& step = path.steps[i];
    if (path.header && i + 1 == path.steps.size()) return find_header(step.key, *value);
    value = step.is_index ? find_index(step.index, *value) : MembersOf(*value).find(step.key);
  }
  return value;
}

const nlohmann::json* find_value(const Path& path, const nlohmann::json& view) {
  return path.steps.empty() ? &view : find_value(path, MembersOf(view));
}

std::string path_below(const std::string& base, std::string_view key) {
  if (is_plain_key(key)) return base.empty() ? std::string(key) : base + "." + std::string(key);
  using nlohmann::json;
  constexpr std::size_t kLongestKey = 120;
  const std::string shown = key.size() > kLongestKey ? std::string(key.substr(0, kLongestKey)) + "…" : std::string(key);
  return base + "[" + json(shown).dump(-1, ' ', false, json::error_handler_t::replace) + "]";
}

std::string path_below(const std::string& base, std::size_t index) { return base + "[" + std::to_string(index) + "]"; }

std::string path_below(const std::string& base, std::size_t index, const nlohmann::json& element) {
  for (const char* key : {"uri", "uriTemplate", "name"})
    if (const std::string_view name = string_member(element, key); !name.empty())
      return base + "[\"" + shortened(name, 60) + "\"]";
  return path_below(base, index);
}

std::optional<nlohmann::json> lookup(std::string_view path, const nlohmann::json& view) {
  const auto parsed = parse_path(path);
  const nlohmann::json* found = parsed ? find_value(*parsed, view) : nullptr;
  return found ? std::optional<nlohmann::json>(*found) : std::nullopt;
}

}  // namespace mcplumb
