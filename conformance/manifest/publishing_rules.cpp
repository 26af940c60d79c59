// What the registry asks of packages, and of their owners:
// https://github.com/modelcontextprotocol/registry/tree/main/docs/reference/server-json
#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "conformance/manifest/document.hpp"
#include "conformance/manifest/rules.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

bool is_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

bool is_word_end(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '<' || c == '-'; }

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
  const json package = parse_json(*manifest.beside.package_json, kOwnFile, nullptr).value_or(json());
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

constexpr ManifestRule kPublishingRules[] = {{"argument-names", look_at_argument_names},
                                             {"oci-reference", look_at_oci},
                                             {"package-versions", look_at_package_versions},
                                             {"alignment", look_at_alignment},
                                             {"runtime-hints", look_at_runtime_hints},
                                             {"bundle-hashes", look_at_bundle_hashes},
                                             {"bundle-urls", look_at_bundle_urls},
                                             {"artifacts", look_at_artifacts},
                                             {"readme", look_at_readme},
                                             {"mcp-name", look_at_mcp_name},
                                             {"go-module", look_at_go_module}};

}  // namespace

std::span<const ManifestRule> publishing_rules() { return kPublishingRules; }

}  // namespace mcplumb
