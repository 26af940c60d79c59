// MCP bundles: https://github.com/modelcontextprotocol/mcpb/blob/main/MANIFEST.md
#include <functional>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "conformance/manifest/document.hpp"
#include "conformance/manifest/rules.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

// Each variable of the command, "user_config.dirs", with the text that it stands in.
void each_variable_of_command(
    const Manifest& manifest,
    const std::function<void(const std::string& name, const std::string& text, const std::string& at)>& visit) {
  each_text(part_at(manifest.document, {"server", "mcp_config"}), "server.mcp_config",
            [&](const std::string& text, const std::string& at) {
              for (const std::string& name : placeholders_in(text, "${")) visit(name, text, at);
            });
}

const json& options_of(const Manifest& manifest) { return part_at(manifest.document, {"user_config"}); }

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

void look_at_platforms(const Manifest& manifest, ManifestLook& found) {
  const json& overrides = part_at(manifest.document, {"server", "mcp_config", "platform_overrides"});
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
    if (!name.starts_with("user_config.") || option == nullptr || part_at(*option, {"multiple"}) != true) return;
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
    if (part_at(option, {"multiple"}) == true && type != "directory" && type != "file")
      found.blame(at + ".multiple", "only for directories and files", "true for " + type);
    if ((option.contains("min") || option.contains("max")) && type != "number")
      found.blame(at, "min and max only for numbers", "on " + type);
    if (part_at(option, {"sensitive"}) == true && type != "string")
      found.blame(at + ".sensitive", "only for strings", "true for " + type);
    const json& value = part_at(option, {"default"});
    if (!value.is_null() && !has_type(value, type))
      found.blame(at + ".default", "a value of the type " + type, shown(value));
    const bool is_low = value.is_number() && part_at(option, {"min"}).is_number() && value < option["min"];
    const bool is_high = value.is_number() && part_at(option, {"max"}).is_number() && value > option["max"];
    if (is_low || is_high) found.blame(at + ".default", "a value between min and max", shown(value));
  }
}

void look_at_secret_options(const Manifest& manifest, ManifestLook& found) {
  if (!options_of(manifest).is_object()) return;
  for (const auto& [key, option] : options_of(manifest).items()) {
    const bool is_sensitive = part_at(option, {"sensitive"}) == true;
    if (!is_sensitive && !names_a_secret(key)) continue;
    found.saw();
    if (!is_sensitive)
      found.blame("user_config." + key + ".sensitive", "true for what its name calls a secret", "absent or false");
    const std::string name = "user_config." + key;
    each_text(part_at(manifest.document, {"server", "mcp_config", "args"}), "server.mcp_config.args",
              [&](const std::string& text, const std::string& at) {
                if (text.find("${" + name + "}") != text.npos)
                  found.blame(at, "secrets in the environment, not on the command line", name);
              });
  }
}

void look_at_prompts(const Manifest& manifest, ManifestLook& found) {
  const json& prompts = part_at(manifest.document, {"prompts"});
  if (!prompts.is_array()) return;
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    const json& known = part_at(prompts[i], {"arguments"});
    for (const std::string& name : placeholders_in(string_member(prompts[i], "text"), "${arguments.")) {
      found.saw();
      if (!known.is_array() || std::find(known.begin(), known.end(), name) == known.end())
        found.blame("prompts[" + std::to_string(i) + "].text", "arguments that are declared",
                    "${arguments." + name + "}");
    }
  }
}

void look_at_runtimes(const Manifest& manifest, ManifestLook& found) {
  const json& runtimes = part_at(manifest.document, {"compatibility", "runtimes"});
  const std::string type = text_at(manifest.document, {"server", "type"});
  if (!runtimes.is_object()) return;
  for (const auto& [runtime, range] : runtimes.items()) {
    found.saw();
    const bool fits = runtime == type || (runtime == "python" && type == "uv");
    if (!fits) found.blame("compatibility.runtimes." + runtime, "the runtime of a server of the type " + type, runtime);
  }
}

constexpr ManifestRule kBundleRules[] = {{"bundle-members", look_at_members},
                                         {"override-platforms", look_at_platforms},
                                         {"command-variables", look_at_variables},
                                         {"used-options", look_at_used_options},
                                         {"several-values", look_at_several},
                                         {"option-flags", look_at_flags},
                                         {"secret-options", look_at_secret_options},
                                         {"prompt-arguments", look_at_prompts},
                                         {"runtimes", look_at_runtimes}};

}  // namespace

std::span<const ManifestRule> bundle_rules() { return kBundleRules; }

}  // namespace mcplumb
