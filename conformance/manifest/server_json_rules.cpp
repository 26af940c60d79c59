// server.json of the registry: https://github.com/modelcontextprotocol/registry/tree/main/docs/reference/server-json
#include <functional>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "conformance/manifest/rules.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

const json& list_at(const json& value, std::string_view name) {
  static const json kNone = json::array();
  const json* list = member(value, name);
  return list != nullptr && list->is_array() ? *list : kNone;
}

std::string place(std::string_view list, std::size_t index) {
  return std::string(list) + "[" + std::to_string(index) + "]";
}

// Each object of a list, with its place.
template <class Visit>
void each_in(const json& value, std::string_view name, const std::string& base, Visit&& visit) {
  const json& list = list_at(value, name);
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list[i].is_object()) visit(list[i], (base.empty() ? "" : base + ".") + place(name, i));
}

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

void look_at_argument_names(const Manifest& manifest, ManifestLook& found) {
  each_in(manifest.document, "packages", "", [&](const json& package, const std::string& at) {
    for (const char* list : {"runtimeArguments", "packageArguments"})
      each_in(package, list, at, [&](const json& argument, const std::string& here) {
        const std::string_view name = string_member(argument, "name");
        if (name.empty()) return;
        found.saw();
        if (name.find_first_of(" <>$") != name.npos)
          found.blame(here + ".name", "the flag alone", shown(json(std::string(name))));
      });
  });
}

void look_at_oci(const Manifest& manifest, ManifestLook& found) {
  each_in(manifest.document, "packages", "", [&](const json& package, const std::string& at) {
    const std::string_view identifier = string_member(package, "identifier");
    // Before 2025-10-11 the version stood beside it.
    const std::string_view schema = string_member(manifest.document, "$schema");
    const std::size_t date = schema.find("/schemas/20");
    const bool is_older = date != schema.npos && schema.substr(date + 9, 10) < "2025-10-11";
    if (string_member(package, "registryType") != "oci" || is_older) return;
    found.saw();
    const std::size_t last = identifier.find_last_of('/');
    const bool is_whole = last != identifier.npos && identifier.find_first_of(":@", last) != identifier.npos;
    if (!is_whole)
      found.blame(at + ".identifier", "a whole reference, with tag or digest", shown(json(std::string(identifier))));
  });
}

void look_at_package_versions(const Manifest& manifest, ManifestLook& found) {
  each_in(manifest.document, "packages", "", [&](const json& package, const std::string& at) {
    const std::string_view type = string_member(package, "registryType");
    const bool is_named = type == "npm" || type == "pypi" || type == "nuget" || type == "cargo" || type == "go";
    if (!is_named) return;
    found.saw();
    if (member(package, "version") == nullptr) found.blame(at + ".version", "the version to install", "absent");
  });
}

void look_at_alignment(const Manifest& manifest, ManifestLook& found) {
  const json& packages = list_at(manifest.document, "packages");
  if (packages.size() != 1) return;
  std::string own(string_member(manifest.document, "version")), other(string_member(packages[0], "version"));
  if (own.empty() || other.empty()) return;
  found.saw();
  for (std::string* each : {&own, &other})
    if (each->starts_with('v')) each->erase(0, 1);
  if (own != other) found.blame("packages[0].version", shown(json(own)) + ", as the server's", shown(json(other)));
}

void look_at_runtime_hints(const Manifest& manifest, ManifestLook& found) {
  each_in(manifest.document, "packages", "", [&](const json& package, const std::string& at) {
    if (list_at(package, "runtimeArguments").empty()) return;
    found.saw();
    if (string_member(package, "runtimeHint").empty())
      found.blame(at + ".runtimeHint", "what the arguments are for", "absent");
  });
}

bool is_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

void look_at_bundle_hashes(const Manifest& manifest, ManifestLook& found) {
  each_in(manifest.document, "packages", "", [&](const json& package, const std::string& at) {
    if (string_member(package, "registryType") != "mcpb") return;
    found.saw();
    const std::string_view hash = string_member(package, "fileSha256");
    if (!is_hash(hash))
      found.blame(at + ".fileSha256", "64 small hexadecimal digits",
                  hash.empty() ? "absent" : shown(json(std::string(hash))));
  });
}

void look_at_bundle_urls(const Manifest& manifest, ManifestLook& found) {
  each_in(manifest.document, "packages", "", [&](const json& package, const std::string& at) {
    if (string_member(package, "registryType") != "mcpb") return;
    found.saw();
    const std::string url = lower_case(std::string(string_member(package, "identifier")));
    if (!url.starts_with("https://") || url.find("mcp") == url.npos)
      found.blame(at + ".identifier", "an https URL with mcp in it", shown(json(url)));
  });
}

// The file itself, where it lies beside.
void look_at_artifacts(const Manifest& manifest, ManifestLook& found) {
  each_in(manifest.document, "packages", "", [&](const json& package, const std::string& at) {
    const std::string identifier(string_member(package, "identifier"));
    const std::string_view hash = string_member(package, "fileSha256");
    const auto file = manifest.beside.hashes.find(identifier.substr(identifier.find_last_of('/') + 1));
    if (!is_hash(hash) || file == manifest.beside.hashes.end()) return;
    found.saw();
    if (file->second != hash)
      found.blame(at + ".fileSha256", file->second + ", the hash of " + file->first, std::string(hash));
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

bool is_word_end(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '<' || c == '-'; }

// The registry looks for "mcp-name: NAME" in the README of packages.
void look_at_readme(const Manifest& manifest, ManifestLook& found) {
  const bool is_shown = [&] {
    for (const json& package : list_at(manifest.document, "packages"))
      for (const char* type : {"pypi", "nuget", "cargo"})
        if (string_member(package, "registryType") == type) return true;
    return false;
  }();
  if (!is_shown || !manifest.beside.readme) return;
  found.saw();
  const std::string &text = *manifest.beside.readme, name(string_member(manifest.document, "name"));
  for (std::size_t at = text.find("mcp-name:"); at != std::string::npos; at = text.find("mcp-name:", at + 1)) {
    const std::size_t from = text.find_first_not_of(' ', at + 9);
    if (from == std::string::npos || text.compare(from, name.size(), name) != 0) continue;
    const std::size_t end = from + name.size();
    if (end == text.size() || is_word_end(text[end])) return;
  }
  found.blame("README", "the line `mcp-name: " + name + "`", "it is not there");
}

void look_at_mcp_name(const Manifest& manifest, ManifestLook& found) {
  if (!manifest.beside.package_json) return;
  const json package = json::parse(*manifest.beside.package_json, nullptr, false);
  for (const json& each : list_at(manifest.document, "packages")) {
    const bool is_that = package.is_object() && string_member(each, "registryType") == "npm" &&
                         string_member(each, "identifier") == string_member(package, "name");
    if (!is_that) continue;
    found.saw();
    const std::string name(string_member(manifest.document, "name"));
    if (string_member(package, "mcpName") != name)
      found.blame("package.json mcpName", shown(json(name)),
                  package.contains("mcpName") ? shown(package["mcpName"]) : "absent");
  }
}

void look_at_go_module(const Manifest& manifest, ManifestLook& found) {
  const std::string name = lower_case(std::string(string_member(manifest.document, "name")));
  constexpr std::string_view kBegin = "io.github.";
  if (!name.starts_with(kBegin)) return;
  const std::string owner = name.substr(kBegin.size(), name.find('/') - kBegin.size());
  each_in(manifest.document, "packages", "", [&](const json& package, const std::string& at) {
    if (string_member(package, "registryType") != "go") return;
    found.saw();
    const std::string module = lower_case(std::string(string_member(package, "identifier")));
    if (!module.starts_with("github.com/" + owner + "/"))
      found.blame(at + ".identifier", "a module below github.com/" + owner, shown(json(module)));
  });
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

constexpr ManifestRule kServerJsonRules[] = {{"placeholders", look_at_placeholders},
                                             {"defaults", look_at_defaults},
                                             {"fixed-values", look_at_fixed_values},
                                             {"secrets", look_for_secrets},
                                             {"argument-names", look_at_argument_names},
                                             {"oci-reference", look_at_oci},
                                             {"package-versions", look_at_package_versions},
                                             {"alignment", look_at_alignment},
                                             {"runtime-hints", look_at_runtime_hints},
                                             {"bundle-hashes", look_at_bundle_hashes},
                                             {"bundle-urls", look_at_bundle_urls},
                                             {"artifacts", look_at_artifacts},
                                             {"snake-case", look_for_snake_case},
                                             {"readme", look_at_readme},
                                             {"mcp-name", look_at_mcp_name},
                                             {"go-module", look_at_go_module},
                                             {"meta-keys", look_at_meta_keys},
                                             {"key-prefixes", look_at_key_prefixes}};

}  // namespace

std::span<const ManifestRule> server_json_rules() { return kServerJsonRules; }

}  // namespace mcplumb
