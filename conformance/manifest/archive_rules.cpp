// What lies in a bundle: https://github.com/modelcontextprotocol/mcpb/blob/main/MANIFEST.md
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "conformance/manifest/document.hpp"
#include "conformance/manifest/rules.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

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

void look_at_entry_point(const Manifest& manifest, ManifestLook& found) {
  const std::string path = without_dot(text_at(manifest.document, {"server", "entry_point"}));
  if (!manifest.bundle || path.empty()) return;
  found.saw();
  bool is_there = manifest.bundle->find(path) != nullptr || manifest.bundle->find(path + ".exe") != nullptr;
  each_text(part_at(manifest.document, {"server", "mcp_config", "platform_overrides"}), "",
            [&](const std::string& text, const std::string&) {
              is_there = is_there || manifest.bundle->find(without_dot(text)) != nullptr;
            });
  if (!is_there) found.blame("server.entry_point", "a file of the bundle", shown(json(path)));
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
  if (!part_at(manifest.document, {"localization"}).is_object()) return;
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
  const json package =
      parse_json(manifest.bundle->read("package.json").value_or(""), kOwnFile, nullptr).value_or(json());
  const json& dependencies = package.is_object() ? part_at(package, {"dependencies"}) : json();
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

constexpr ManifestRule kArchiveRules[] = {{"bundle-paths", look_at_paths},     {"entry-point", look_at_entry_point},
                                          {"bundle-icon", look_at_icon},       {"localization", look_at_localization},
                                          {"node-dependencies", look_at_node}, {"python-dependencies", look_at_python},
                                          {"executable", look_at_binary},      {"uv-layout", look_at_uv},
                                          {"leftovers", look_for_leftovers}};

}  // namespace

std::span<const ManifestRule> archive_rules() { return kArchiveRules; }

}  // namespace mcplumb
