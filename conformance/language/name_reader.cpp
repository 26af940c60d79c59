#include "conformance/language/name_reader.hpp"

#include <cctype>
#include <optional>
#include <vector>

#include "conformance/language/interpolation.hpp"
#include "conformance/language/vocabulary.hpp"

namespace mcplumb {
namespace {

bool is_name_text(const std::string& text) {
  if (text.empty() || text.size() > 60 || !std::isalpha(static_cast<unsigned char>(text[0]))) return false;
  for (const unsigned char c : text) {
    if (!std::isalnum(c) && c != '-' && c != '_') return false;
  }
  return true;
}

// A text from the command line as the type that the suite declares; absent if
// it does not fit.
std::optional<nlohmann::json> fitted(const nlohmann::json& given, const nlohmann::json& declared) {
  if (!given.is_string() || declared.is_string() || declared.is_null()) return given;
  nlohmann::json read = nlohmann::json::parse(given.get_ref<const std::string&>(), nullptr, false);
  const bool numbers = read.is_number() && declared.is_number();
  if (read.is_discarded() || (!numbers && read.type() != declared.type())) return std::nullopt;
  return read;
}

std::string type_with_article(const nlohmann::json& value) {
  const std::string type = value.type_name();
  return (type == "array" || type == "object" ? "an " : "a ") + type;
}

}  // namespace

void NameReader::read_variables(const Node& node) {
  if (!values_.is_map(node, "`variables`")) return;
  for (std::size_t i = 0; i < node.keys.size(); ++i) read_variable(node.keys[i], node.values[i]);
}

void NameReader::read_variable(const Node& key, const Node& given) {
  const std::string variable = name(key, "a variable");
  scope_ = {};
  for (const auto& [known, value] : variables_) scope_.names.insert(known);
  nlohmann::json value = literal(given);
  if (auto replaced = interpolate(value, variables_)) value = std::move(*replaced);
  const auto from_outside = outside_.variables.find(variable);
  if (from_outside != outside_.variables.end()) {
    const auto fits = fitted(from_outside->second, value);
    if (!fits) values_.error(key, "--var " + variable + " gives a text that is not " + type_with_article(value));
    value = fits.value_or(value);
  } else if (value.is_null() && !outside_.only_listed) {
    values_.error(key, "the variable " + in_ticks(variable) + " has no value; give it with --var " + variable +
                           "=VALUE or --var " + variable + "=@FILE");
  }
  if (!variable.empty()) variables_[variable] = std::move(value);
  used_names_.insert(variable);
}

// The value of ${env:NAME}, looked up once.
void NameReader::read_environment(const Node& at, const std::string& name) {
  if (variables_.count(name) != 0 || !outside_.environment || outside_.only_listed) return;
  const std::string variable = name.substr(4);
  if (const auto value = outside_.environment(variable))
    variables_[name] = *value;
  else
    values_.error(at, "the environment variable " + variable + " is not set");
}

std::string NameReader::name(const Node& node, const std::string& what) {
  if (node.kind == Node::Kind::scalar && is_name_text(node.text)) {
    if (!index_of(node.text, built_in_names())) return node.text;
    values_.error(node, in_ticks(node.text) + " is a built-in name");
    return {};
  }
  values_.error(node, what + " must be a name: a letter, then letters, digits, - and _");
  return {};
}

void NameReader::check_names(const Node& node) {
  for (const Node& item : node.items) check_names(item);
  for (const Node& value : node.values) check_names(value);
  if (node.kind != Node::Kind::scalar) return;
  const auto names = names_in(node.text);
  if (!names) return values_.error(node, names.error().what);
  for (const std::string& whole : *names) {
    const std::string used(without_parent(whole));
    const std::string part = known_part(used, [&](const std::string& name) { return scope_.names.count(name) != 0; });
    used_names_.insert(part.empty() ? used : part);
    if (!part.empty()) scope_.used.insert(part);
    if (used.starts_with("env:")) {
      read_environment(node, used);
      continue;
    }
    if (!part.empty() || (outside_.own && outside_.only_listed)) continue;
    const std::vector<std::string> known(scope_.names.begin(), scope_.names.end());
    const std::string hint = suggestion(used, known);
    const bool give = outside_.own && closest(used, known).empty();
    values_.error(node, "unknown name " + in_ticks("${" + used + "}") +
                            (give ? "; give it with --var " + used + "=VALUE, or declare it under `variables`" : hint));
  }
}

nlohmann::json NameReader::literal(const Node& node) {
  check_names(node);
  return to_json(node);
}

void NameReader::begin_scope() {
  scope_ = {};
  scope_.names.insert(built_in_names().begin(), built_in_names().end());
  for (const auto& [known, value] : variables_) scope_.names.insert(known);
}

}  // namespace mcplumb
