#include "conformance/language/interpolation.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "conformance/language/path.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
  });
}

// Gives the text between names to `text` and each name to `name`.
template <class OnText, class OnName>
Result<bool> walk(std::string_view source, OnText&& text, OnName&& name) {
  while (true) {
    const std::size_t start = source.find("${");
    if (start == std::string_view::npos) {
      text(source);
      return true;
    }
    if (start > 0 && source[start - 1] == '$') {
      text(source.substr(0, start - 1));
      text("${");
      source.remove_prefix(start + 2);
      continue;
    }
    text(source.substr(0, start));
    const std::size_t end = source.find('}', start);
    if (end == std::string_view::npos) return failure("`${` is not closed; write `$${` for the text `${`");
    const std::string_view found = source.substr(start + 2, end - start - 2);
    if (!is_name(found)) return failure("`${" + std::string(found) + "}` holds no name; write `$${` for the text `${`");
    if (const auto done = name(std::string(found)); !done) return done;
    source.remove_prefix(end + 1);
  }
}

std::string as_text(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string quoted_for_pattern(std::string_view text) {
  std::string quoted;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && !std::isalnum(byte)) quoted += '\\';
    quoted += c;
  }
  return quoted;
}

constexpr std::string_view kParent = "parent:";

Result<json> value_of(const std::string& name, const Variables& variables) {
  if (name.starts_with(kParent)) {
    const auto value = value_of(std::string(without_parent(name)), variables);
    if (!value) return value;
    const std::string text = as_text(*value);
    return json(text.substr(0, std::min(text.find_last_of('/'), text.size())));
  }
  const std::string known = known_part(name, [&](const std::string& part) { return variables.count(part) != 0; });
  if (known.empty()) return failure("`${" + name + "}` has no value");
  const json& value = variables.at(known);
  if (known == name) return value;
  return lookup("value" + name.substr(known.size()), json{{"value", value}}).value_or(nullptr);
}

template <class Convert>
Result<std::string> replaced(std::string_view source, const Variables& variables, Convert&& convert) {
  std::string result;
  const auto done = walk(
      source, [&](std::string_view text) { result += text; },
      [&](const std::string& name) -> Result<bool> {
        const auto value = value_of(name, variables);
        if (!value) return tl::make_unexpected(value.error());
        result += convert(as_text(*value));
        return true;
      });
  if (!done) return tl::make_unexpected(done.error());
  return result;
}

Result<json> interpolate_text(const std::string& text, const Variables& variables) {
  const bool whole = text.size() > 3 && text.compare(0, 2, "${") == 0 && text.find('}') == text.size() - 1;
  if (whole) {
    const auto value = value_of(text.substr(2, text.size() - 3), variables);
    if (!value) return tl::make_unexpected(value.error());
    return *value;
  }
  auto result = replaced(text, variables, [](std::string value) { return value; });
  if (!result) return tl::make_unexpected(result.error());
  return json(std::move(*result));
}

}  // namespace

std::string known_part(std::string_view name, const std::function<bool(const std::string&)>& is_known) {
  while (!name.empty() && !is_known(std::string(name))) {
    const std::size_t last = name.find_last_of(".[");
    name = name.substr(0, last == name.npos ? 0 : last);
  }
  return std::string(name);
}

Result<std::vector<std::string>> names_in(std::string_view text) {
  std::vector<std::string> names;
  const auto done = walk(
      text, [](std::string_view) {},
      [&](std::string name) -> Result<bool> {
        names.push_back(std::move(name));
        return true;
      });
  if (!done) return tl::make_unexpected(done.error());
  return names;
}

Result<json> interpolate(const json& value, const Variables& variables) {
  if (value.is_string()) return interpolate_text(value.get_ref<const std::string&>(), variables);
  if (!value.is_structured()) return value;
  json result = value;
  for (auto it = result.begin(); it != result.end(); ++it) {
    auto inner = interpolate(*it, variables);
    if (!inner) return inner;
    *it = std::move(*inner);
  }
  return result;
}

Result<std::string> interpolate_pattern(std::string_view pattern, const Variables& variables) {
  return replaced(pattern, variables, [](const std::string& value) { return quoted_for_pattern(value); });
}

std::string_view without_parent(std::string_view name) {
  return name.starts_with(kParent) ? name.substr(kParent.size()) : name;
}

bool refers_to_a_name(std::string_view text) {
  const auto names = names_in(text);
  return names && !names->empty();
}

}  // namespace mcplumb
