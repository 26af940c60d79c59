// server.json of the registry: https://github.com/modelcontextprotocol/registry/tree/main/docs/reference/server-json
#include <functional>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "conformance/manifest/document.hpp"
#include "conformance/manifest/rules.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

using VisitInput = std::function<void(const json& input, const std::string& place, std::string_view name)>;

void each_variable(const json& owner, const std::string& base, const VisitInput& visit) {
  const json* variables = member(owner, "variables");
  if (variables == nullptr || !variables->is_object()) return;
  for (const auto& [name, input] : variables->items())
    if (input.is_object()) visit(input, base + ".variables." + name, name);
}

// Everything that a user may be asked for.
void each_input(const json& document, const VisitInput& visit) {
  const auto inputs_of = [&](const json& owner, const char* list, const std::string& base) {
    each_in(owner, list, base, [&](const json& input, const std::string& at) {
      visit(input, at, string_member(input, "name"));
      each_variable(input, at, visit);
    });
  };
  each_in(document, "packages", "", [&](const json& package, const std::string& at) {
    for (const char* list : {"environmentVariables", "runtimeArguments", "packageArguments"})
      inputs_of(package, list, at);
    if (const json* transport = member(package, "transport")) inputs_of(*transport, "headers", at + ".transport");
  });
  each_in(document, "remotes", "", [&](const json& remote, const std::string& at) {
    inputs_of(remote, "headers", at);
    each_variable(remote, at, visit);
  });
}

std::string without_dashes(std::string name) {
  name.erase(0, std::min(name.find_first_not_of('-'), name.size()));
  return name;
}

void hold_placeholders(const json& url, const std::string& at, const std::set<std::string>& known,
                       ManifestLook& found) {
  if (!url.is_string()) return;
  for (const std::string& name : placeholders_in(url.get<std::string>())) {
    found.saw();
    if (known.count(without_dashes(name)) == 0) found.blame(at, "a placeholder that is defined", "{" + name + "}");
  }
}

void look_at_placeholders(const Manifest& manifest, ManifestLook& found) {
  each_in(manifest.document, "remotes", "", [&](const json& remote, const std::string& at) {
    std::set<std::string> known;
    each_variable(remote, at, [&](const json&, const std::string&, std::string_view name) { known.emplace(name); });
    if (const json* url = member(remote, "url")) hold_placeholders(*url, at + ".url", known, found);
  });
  each_in(manifest.document, "packages", "", [&](const json& package, const std::string& at) {
    std::set<std::string> known;
    for (const char* list : {"environmentVariables", "runtimeArguments", "packageArguments"})
      for (const json& each : list_at(package, list))
        for (const char* name : {"name", "valueHint"})
          known.insert(without_dashes(std::string(string_member(each, name))));
    const json* transport = member(package, "transport");
    const json* url = transport != nullptr ? member(*transport, "url") : nullptr;
    if (url != nullptr) hold_placeholders(*url, at + ".transport.url", known, found);
  });
}

bool fits_format(std::string_view format, const std::string& text) {
  if (format == "boolean") return text == "true" || text == "false";
  if (format != "number") return true;
  const json number = json::parse(text, nullptr, false);
  return number.is_number();
}

void look_at_defaults(const Manifest& manifest, ManifestLook& found) {
  each_input(manifest.document, [&](const json& input, const std::string& at, std::string_view) {
    const json* value = member(input, "default");
    if (value == nullptr || !value->is_string()) return;
    found.saw();
    const json& choices = list_at(input, "choices");
    const bool is_choice = choices.empty() || std::find(choices.begin(), choices.end(), *value) != choices.end();
    if (!is_choice) found.blame(at + ".default", "one of the choices", shown(*value));
    if (!fits_format(string_member(input, "format"), value->get<std::string>()))
      found.blame(at + ".default", "a value of the format " + std::string(string_member(input, "format")),
                  shown(*value));
  });
}

void look_at_fixed_values(const Manifest& manifest, ManifestLook& found) {
  each_input(manifest.document, [&](const json& input, const std::string& at, std::string_view) {
    const json* required = member(input, "isRequired");
    const std::string value(string_member(input, "value"));
    if (required == nullptr) return;
    found.saw();
    if (*required == true && !value.empty() && placeholders_in(value).empty())
      found.blame(at + ".isRequired", "nothing to ask for where a value is fixed", "true");
  });
}

// Never shows a value.
void look_for_secrets(const Manifest& manifest, ManifestLook& found) {
  each_input(manifest.document, [&](const json& input, const std::string& at, std::string_view name) {
    const json* secret = member(input, "isSecret");
    const bool is_secret = secret != nullptr && *secret == true;
    if (!is_secret && !names_a_secret(name)) return;
    found.saw();
    if (!is_secret) found.blame(at + ".isSecret", "true for what its name calls a secret", "absent or false");
    for (const char* literal : {"value", "default"}) {
      const std::string text(string_member(input, literal));
      if (is_secret && !text.empty() && placeholders_in(text).empty())
        found.blame(at + "." + literal, "no secret in the file", "a text of " + std::to_string(text.size()) + " bytes");
    }
  });
}

// Members of the format of 2025-07-09, which later ones lose in silence.
void look_for_snake_case(const Manifest& manifest, ManifestLook& found) {
  if (string_member(manifest.document, "$schema").find("/2025-07-09/") != std::string_view::npos) return;
  const std::function<void(const json&, const std::string&)> walk = [&](const json& value, const std::string& at) {
    if (value.is_array())
      for (std::size_t i = 0; i < value.size(); ++i) walk(value[i], at + "[" + std::to_string(i) + "]");
    if (!value.is_object()) return;
    for (const auto& [key, each] : value.items()) {
      if (key == "_meta" || key == "variables") continue;
      if (key.find('_') != std::string::npos)
        found.blame(at + (at.empty() ? "" : ".") + key, "a member in camelCase", "a name that is ignored");
      walk(each, at + (at.empty() ? "" : ".") + key);
    }
  };
  found.saw();
  walk(manifest.document, "");
}

void look_at_meta_keys(const Manifest& manifest, ManifestLook& found) {
  const json* meta = member(manifest.document, "_meta");
  if (meta == nullptr || !meta->is_object()) return;
  found.saw();
  for (const auto& [key, value] : meta->items()) {
    if (!key.starts_with("io.modelcontextprotocol.registry/"))
      found.blame("_meta", "io.modelcontextprotocol.registry/publisher-provided only", shown(json(key)));
    if (serialize(value).size() > 4096)
      found.blame("_meta", "at most 4096 bytes", std::to_string(serialize(value).size()));
  }
}

// As in all of MCP: a domain, reversed, and a slash.
void look_at_key_prefixes(const Manifest& manifest, ManifestLook& found) {
  const json* meta = member(manifest.document, "_meta");
  if (meta == nullptr || !meta->is_object()) return;
  found.saw();
  for (const auto& [key, value] : meta->items())
    if (key.find('/') == std::string::npos) found.blame("_meta", "keys with a prefix and a slash", shown(json(key)));
}

constexpr ManifestRule kServerJsonRules[] = {{"placeholders", look_at_placeholders}, {"defaults", look_at_defaults},
                                             {"fixed-values", look_at_fixed_values}, {"secrets", look_for_secrets},
                                             {"snake-case", look_for_snake_case},    {"meta-keys", look_at_meta_keys},
                                             {"key-prefixes", look_at_key_prefixes}};

}  // namespace

std::span<const ManifestRule> server_json_rules() { return kServerJsonRules; }

}  // namespace mcplumb
