// Rules about files that no matcher can express. Pure: a manifest in, what is wrong out.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/manifest/manifest.hpp"

namespace mcplumb {

struct ManifestDefect {
  std::string path, expected, actual;  // path: "packages[0].transport.url"
};

struct ManifestLook {
  std::vector<ManifestDefect> defects;
  bool is_about_something = false;  // there was what the rule is about

  void saw() { is_about_something = true; }
  void blame(std::string path, std::string expected, std::string actual) {
    is_about_something = true;
    defects.push_back({std::move(path), std::move(expected), std::move(actual)});
  }
};

struct ManifestRule {
  std::string_view name;
  void (*look)(const Manifest& manifest, ManifestLook& found);
};

std::span<const ManifestRule> server_json_rules();  // of its own members
std::span<const ManifestRule> publishing_rules();   // of packages and their owners
std::span<const ManifestRule> bundle_rules();       // of a bundle's manifest.json
std::span<const ManifestRule> archive_rules();      // of what lies in a bundle
std::span<const ManifestRule> live_rules();         // against the server
const ManifestRule* find_manifest_rule(std::string_view name);
std::vector<std::string> manifest_rule_names();

// For the rules: a value as a report shows it.
std::string shown(const nlohmann::json& value);
// Whether a name speaks of what nobody else may know: API_KEY.
bool names_a_secret(std::string_view name);
// The names in braces in a text: "https://{tenant}/{path}" has two. `begin` is what they begin with.
std::vector<std::string> placeholders_in(std::string_view text, std::string_view begin = "{");

}  // namespace mcplumb
