// MCP bundles: https://github.com/modelcontextprotocol/mcpb/blob/main/MANIFEST.md
#include <functional>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "conformance/manifest/rules.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

const json& at_path(const json& value, std::initializer_list<const char*> names) {
  static const json kNone;
  const json* found = &value;
  for (const char* name : names) {
    found = member(*found, name);
    if (found == nullptr) return kNone;
  }
  return *found;
}

std::string text_at(const json& value, std::initializer_list<const char*> names) {
  const json& found = at_path(value, names);
  return found.is_string() ? found.get<std::string>() : "";
}

// Every text below `value`, with its place.
void each_text(const json& value, const std::string& at,
               const std::function<void(const std::string&, const std::string&)>& visit) {
  if (value.is_string()) return visit(value.get<std::string>(), at);
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i) each_text(value[i], at + "[" + std::to_string(i) + "]", visit);
  if (value.is_object())
    for (const auto& [key, each] : value.items()) each_text(each, at + "." + key, visit);
}

// Each variable of the command, "user_config.dirs", with the text that it stands in.
void each_variable_of_command(
    const Manifest& manifest,
    const std::function<void(const std::string& name, const std::string& text, const std::string& at)>& visit) {
  each_text(at_path(manifest.document, {"server", "mcp_config"}), "server.mcp_config",
            [&](const std::string& text, const std::string& at) {
              for (const std::string& name : placeholders_in(text, "${")) visit(name, text, at);
            });
}

const json& options_of(const Manifest& manifest) { return at_path(manifest.document, {"user_config"}); }

std::string without_dot(std::string path) {
  const std::string begin = "${__dirname}/";
  if (path.starts_with(begin)) path.erase(0, begin.size());
  if (path.starts_with("./")) path.erase(0, 2);
  return path;
}

void look_at_paths(const Manifest& manifest, ManifestLook& found) {
  if (!manifest.bundle) return;
  found.saw();
  for (const BundleEntry& entry : manifest.bundle->entries()) {
    const std::string& name = entry.name;
    const bool climbs =
        name.starts_with("../") || name.find("/../") != name.npos || name.ends_with("/..") || name == "..";
    const bool is_absolute = name.starts_with('/') || name.find('\\') != name.npos || name.find(':') == 1;
    const bool is_link = entry.mode && (*entry.mode & 0170000) == 0120000;
    if (climbs || is_absolute) found.blame("archive", "names that stay inside", shown(json(name)));
    if (is_link) found.blame("archive", "files and folders only", shown(json(name)) + " is a symbolic link");
  }
}

struct KnownMembers {
  std::string_view of;  // "" is the root; "tools[]" each element, "user_config{}" each value
  std::set<std::string_view> names;
};

void hold_members(const json& value, const std::string& at, const std::set<std::string_view>& known,
                  ManifestLook& found) {
  if (!value.is_object()) return;
  found.saw();
  for (const auto& [key, each] : value.items())
    if (known.count(key) == 0)
      found.blame(at.empty() ? key : at + "." + key, "a member that the format has", "an unknown one");
}

void look_at_members(const Manifest& manifest, ManifestLook& found) {
  static const KnownMembers kKnown[] = {
      {"",
       {"$schema",
        "dxt_version",
        "manifest_version",
        "name",
        "display_name",
        "version",
        "description",
        "long_description",
        "author",
        "repository",
        "homepage",
        "documentation",
        "support",
        "icon",
        "icons",
        "screenshots",
        "localization",
        "server",
        "tools",
        "tools_generated",
        "prompts",
        "prompts_generated",
        "keywords",
        "license",
        "privacy_policies",
        "compatibility",
        "user_config",
        "_meta"}},
      {"author", {"name", "email", "url"}},
      {"server", {"type", "entry_point", "mcp_config"}},
      {"tools[]", {"name", "description"}},
      {"prompts[]", {"name", "description", "arguments", "text"}},
      {"user_config{}",
       {"type", "title", "description", "required", "default", "multiple", "sensitive", "min", "max"}}};
  for (const KnownMembers& known : kKnown) {
    const std::string name(known.of.substr(0, known.of.find_first_of("[{")));
    const json* part = name.empty() ? &manifest.document : member(manifest.document, name);
    if (part == nullptr) continue;
    if (name == known.of) {
      hold_members(*part, name, known.names, found);
    } else if (part->is_structured()) {
      for (const auto& [key, each] : part->items())
        hold_members(each, part->is_array() ? name + "[" + key + "]" : name + "." + key, known.names, found);
    }
  }
}

void look_at_entry_point(const Manifest& manifest, ManifestLook& found) {
  const std::string path = without_dot(text_at(manifest.document, {"server", "entry_point"}));
  if (!manifest.bundle || path.empty()) return;
  found.saw();
  bool is_there = manifest.bundle->find(path) != nullptr || manifest.bundle->find(path + ".exe") != nullptr;
  each_text(at_path(manifest.document, {"server", "mcp_config", "platform_overrides"}), "",
            [&](const std::string& text, const std::string&) {
              is_there = is_there || manifest.bundle->find(without_dot(text)) != nullptr;
            });
  if (!is_there) found.blame("server.entry_point", "a file of the bundle", shown(json(path)));
}

void look_at_platforms(const Manifest& manifest, ManifestLook& found) {
  const json& overrides = at_path(manifest.document, {"server", "mcp_config", "platform_overrides"});
  if (!overrides.is_object()) return;
  found.saw();
  for (const auto& [platform, value] : overrides.items())
    if (platform != "win32" && platform != "darwin" && platform != "linux")
      found.blame("server.mcp_config.platform_overrides", "win32, darwin or linux", shown(json(platform)));
}

void look_at_variables(const Manifest& manifest, ManifestLook& found) {
  static const std::set<std::string_view> kKnown = {"__dirname", "HOME",          "DESKTOP", "DOCUMENTS",
                                                    "DOWNLOADS", "pathSeparator", "/"};
  each_variable_of_command(manifest, [&](const std::string& name, const std::string&, const std::string& at) {
    found.saw();
    if (kKnown.count(name) == 0 && !name.starts_with("user_config."))
      found.blame(at, "a variable that hosts know", "${" + name + "}");
  });
}

void look_at_used_options(const Manifest& manifest, ManifestLook& found) {
  each_variable_of_command(manifest, [&](const std::string& name, const std::string&, const std::string& at) {
    constexpr std::string_view kBegin = "user_config.";
    if (!name.starts_with(kBegin)) return;
    found.saw();
    if (member(options_of(manifest), name.substr(kBegin.size())) == nullptr)
      found.blame(at, "an option of user_config", "${" + name + "}");
  });
}

void look_at_several(const Manifest& manifest, ManifestLook& found) {
  each_variable_of_command(manifest, [&](const std::string& name, const std::string& text, const std::string& at) {
    const json* option = member(options_of(manifest), name.substr(std::min<std::size_t>(12, name.size())));
    if (!name.starts_with("user_config.") || option == nullptr || at_path(*option, {"multiple"}) != true) return;
    found.saw();
    if (text != "${" + name + "}" || at.find(".env.") != at.npos)
      found.blame(at, "${" + name + "} alone, as it has several values", shown(json(text)));
  });
}

bool has_type(const json& value, std::string_view type) {
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  return value.is_string() || value.is_array();
}

void look_at_flags(const Manifest& manifest, ManifestLook& found) {
  if (!options_of(manifest).is_object()) return;
  for (const auto& [key, option] : options_of(manifest).items()) {
    if (!option.is_object()) continue;
    found.saw();
    const std::string at = "user_config." + key, type(string_member(option, "type"));
    if (at_path(option, {"multiple"}) == true && type != "directory" && type != "file")
      found.blame(at + ".multiple", "only for directories and files", "true for " + type);
    if ((option.contains("min") || option.contains("max")) && type != "number")
      found.blame(at, "min and max only for numbers", "on " + type);
    if (at_path(option, {"sensitive"}) == true && type != "string")
      found.blame(at + ".sensitive", "only for strings", "true for " + type);
    const json& value = at_path(option, {"default"});
    if (!value.is_null() && !has_type(value, type))
      found.blame(at + ".default", "a value of the type " + type, shown(value));
    const bool is_low = value.is_number() && at_path(option, {"min"}).is_number() && value < option["min"];
    const bool is_high = value.is_number() && at_path(option, {"max"}).is_number() && value > option["max"];
    if (is_low || is_high) found.blame(at + ".default", "a value between min and max", shown(value));
  }
}

void look_at_secret_options(const Manifest& manifest, ManifestLook& found) {
  if (!options_of(manifest).is_object()) return;
  for (const auto& [key, option] : options_of(manifest).items()) {
    const bool is_sensitive = at_path(option, {"sensitive"}) == true;
    if (!is_sensitive && !names_a_secret(key)) continue;
    found.saw();
    if (!is_sensitive)
      found.blame("user_config." + key + ".sensitive", "true for what its name calls a secret", "absent or false");
    each_text(at_path(manifest.document, {"server", "mcp_config", "args"}), "server.mcp_config.args",
              [&](const std::string& text, const std::string& at) {
                if (text.find("${user_config." + key + "}") != text.npos)
                  found.blame(at, "secrets in the environment, not on the command line", "user_config." + key);
              });
  }
}

void look_at_prompts(const Manifest& manifest, ManifestLook& found) {
  const json& prompts = at_path(manifest.document, {"prompts"});
  if (!prompts.is_array()) return;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const json& known = at_path(prompts[i], {"arguments"});
    for (const std::string& name : placeholders_in(string_member(prompts[i], "text"), "${arguments.")) {
      found.saw();
      if (!known.is_array() || std::find(known.begin(), known.end(), name) == known.end())
        found.blame("prompts[" + std::to_string(i) + "].text", "arguments that are declared",
                    "${arguments." + name + "}");
    }
  }
}

void look_at_runtimes(const Manifest& manifest, ManifestLook& found) {
  const json& runtimes = at_path(manifest.document, {"compatibility", "runtimes"});
  const std::string type = text_at(manifest.document, {"server", "type"});
  if (!runtimes.is_object()) return;
  for (const auto& [runtime, range] : runtimes.items()) {
    found.saw();
    const bool fits = runtime == type || (runtime == "python" && type == "uv");
    if (!fits) found.blame("compatibility.runtimes." + runtime, "the runtime of a server of the type " + type, runtime);
  }
}

void look_at_icon(const Manifest& manifest, ManifestLook& found) {
  const std::string icon = text_at(manifest.document, {"icon"});
  if (icon.empty()) return;
  found.saw();
  if (icon.find("://") != icon.npos) {
    if (!icon.starts_with("https://")) found.blame("icon", "an https URL, or a file of the bundle", shown(json(icon)));
    return;
  }
  if (icon.find("${") != icon.npos || icon.starts_with('/') || icon.find(':') == 1)
    return found.blame("icon", "a path inside the bundle", shown(json(icon)));
  if (!manifest.bundle) return;
  const auto bytes = manifest.bundle->read(without_dot(icon), 8);
  if (!bytes)
    found.blame("icon", "a file of the bundle", shown(json(icon)));
  else if (*bytes != "\x89PNG\r\n\x1a\n")
    found.blame("icon", "a PNG", "other bytes");
}

void look_at_localization(const Manifest& manifest, ManifestLook& found) {
  const std::string resources = text_at(manifest.document, {"localization", "resources"});
  const std::string locale = text_at(manifest.document, {"localization", "default_locale"});
  if (!at_path(manifest.document, {"localization"}).is_object()) return;
  found.saw();
  const std::size_t at = lower_case(resources).find("${locale}");
  if (!resources.empty() && at == resources.npos)
    return found.blame("localization.resources", "a path with ${locale}", shown(json(resources)));
  if (!manifest.bundle || resources.empty() || locale.empty()) return;
  std::string file = resources;
  file.replace(at, 9, locale);
  if (manifest.bundle->find(without_dot(file)) == nullptr)
    found.blame("localization", "the file of the default locale", shown(json(file)) + " is not there");
}

void look_at_node(const Manifest& manifest, ManifestLook& found) {
  if (!manifest.bundle || text_at(manifest.document, {"server", "type"}) != "node") return;
  const json package = json::parse(manifest.bundle->read("package.json").value_or(""), nullptr, false);
  const json& dependencies = package.is_object() ? at_path(package, {"dependencies"}) : json();
  if (!dependencies.is_object() || dependencies.empty()) return;
  found.saw();
  bool is_packed = false;
  for (const BundleEntry& entry : manifest.bundle->entries())
    is_packed = is_packed || entry.name.find("node_modules/") != entry.name.npos;
  const std::string code =
      manifest.bundle->read(without_dot(text_at(manifest.document, {"server", "entry_point"}))).value_or("");
  for (const auto& [name, version] : dependencies.items()) {
    const bool is_used = code.find("\"" + name) != code.npos || code.find("'" + name) != code.npos;
    if (!is_packed && is_used) return found.blame("archive", "node_modules with " + name, "it is not there");
  }
}

void look_at_python(const Manifest& manifest, ManifestLook& found) {
  if (!manifest.bundle || text_at(manifest.document, {"server", "type"}) != "python") return;
  const Bundle& bundle = *manifest.bundle;
  const bool has_needs =
      bundle.find("requirements.txt") != nullptr || bundle.find("server/requirements.txt") != nullptr;
  if (!has_needs) return;
  found.saw();
  if (!bundle.has_folder("server/lib") && !bundle.has_folder("server/venv") && !bundle.has_folder("lib"))
    found.blame("archive", "the packages of requirements.txt in server/lib", "they are not there");
}

void look_at_binary(const Manifest& manifest, ManifestLook& found) {
  if (!manifest.bundle || text_at(manifest.document, {"server", "type"}) != "binary") return;
  const BundleEntry* entry = manifest.bundle->find(without_dot(text_at(manifest.document, {"server", "entry_point"})));
  if (entry == nullptr || !entry->mode) return;
  found.saw();
  if ((*entry->mode & 0100) == 0)
    found.blame("server.entry_point", "a file that may be executed", "its mode is without x");
}

void look_at_uv(const Manifest& manifest, ManifestLook& found) {
  if (!manifest.bundle || text_at(manifest.document, {"server", "type"}) != "uv") return;
  found.saw();
  if (manifest.bundle->find("pyproject.toml") == nullptr)
    found.blame("archive", "pyproject.toml at its root", "it is not there");
  for (const char* folder : {"server/lib", "server/venv", ".venv"})
    if (manifest.bundle->has_folder(folder))
      found.blame("archive", "no packages: uv installs them", std::string(folder) + " is there");
}

void look_for_leftovers(const Manifest& manifest, ManifestLook& found) {
  if (!manifest.bundle) return;
  found.saw();
  for (const BundleEntry& entry : manifest.bundle->entries()) {
    const std::string base = entry.name.substr(entry.name.find_last_of('/') + 1);
    const bool is_secret =
        base == ".env" || base.ends_with(".pem") || base.ends_with(".key") || base.starts_with("id_rsa");
    const bool is_left = entry.name.starts_with(".git/") || entry.name.find("/.git/") != entry.name.npos;
    if ((is_secret && entry.name.find("node_modules/") == entry.name.npos) || is_left)
      found.blame("archive", "no secrets, and nothing left over", shown(json(entry.name)));
  }
}

constexpr ManifestRule kBundleRules[] = {{"bundle-paths", look_at_paths},
                                         {"bundle-members", look_at_members},
                                         {"entry-point", look_at_entry_point},
                                         {"override-platforms", look_at_platforms},
                                         {"command-variables", look_at_variables},
                                         {"used-options", look_at_used_options},
                                         {"several-values", look_at_several},
                                         {"option-flags", look_at_flags},
                                         {"secret-options", look_at_secret_options},
                                         {"prompt-arguments", look_at_prompts},
                                         {"runtimes", look_at_runtimes},
                                         {"bundle-icon", look_at_icon},
                                         {"localization", look_at_localization},
                                         {"node-dependencies", look_at_node},
                                         {"python-dependencies", look_at_python},
                                         {"executable", look_at_binary},
                                         {"uv-layout", look_at_uv},
                                         {"leftovers", look_for_leftovers}};

}  // namespace

std::span<const ManifestRule> bundle_rules() { return kBundleRules; }

}  // namespace mcplumb
