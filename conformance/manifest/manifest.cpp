#include "conformance/manifest/manifest.hpp"

#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::string_view kKinds[] = {"server-json", "bundle", "server-card"};

ManifestKind kind_of(const json& document, const std::string& file) {
  if (document.contains("manifest_version") || document.contains("dxt_version")) return ManifestKind::bundle_manifest;
  const std::string_view schema = string_member(document, "$schema");
  const bool is_named_card = schema.empty() && file.find("card") != file.npos;
  if (schema.find("server-card") != schema.npos || is_named_card) return ManifestKind::server_card;
  const bool is_bundle =
      file.ends_with("manifest.json") && !document.contains("packages") && !document.contains("remotes");
  return is_bundle ? ManifestKind::bundle_manifest : ManifestKind::server_json;
}

// The formats that are judged, oldest and newest. Older ones spell members in another way; of newer ones nothing is
// known.
constexpr std::string_view kServerJson[] = {"2025-09-16", "2025-12-11"};
constexpr std::string_view kBundle[] = {"0.1", "0.4"};

std::string other_format(const Manifest& manifest) {
  if (manifest.kind == ManifestKind::server_card) return "";
  const bool is_bundle = manifest.kind == ManifestKind::bundle_manifest;
  std::string_view format = string_member(manifest.document, is_bundle ? "manifest_version" : "$schema");
  if (!is_bundle) {
    const std::size_t date = format.find("/schemas/20");
    format = date == format.npos ? "" : format.substr(date + 9, 10);
  }
  if (format.empty() || format.find_first_not_of("0123456789.-") != format.npos) return "";
  const auto& known = is_bundle ? kBundle : kServerJson;
  const bool is_known = format.size() == known[0].size() && format >= known[0] && format <= known[1];
  return is_known ? "" : std::string(format);
}

json names_of(const json& list) {
  if (!list.is_array()) return nullptr;
  json names = json::array();
  for (const json& each : list) names.push_back(std::string(string_member(each, "name")));
  return names;
}

json view_of(const LiveServer& live) {
  json view = {{"name", live.name},         {"version", live.version},        {"title", live.title},
               {"revision", live.revision}, {"target", live.target},          {"transport", live.transport},
               {"reached", live.reached},   {"sign-in", live.asks_to_sign_in}};
  for (const auto& [name, list] : {std::pair{"tools", &live.tools}, std::pair{"prompts", &live.prompts}})
    if (const json names = names_of(*list); !names.is_null()) view[name] = names;
  return view;
}

}  // namespace

std::string_view to_string(ManifestKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::vector<std::string> secrets_in(const json& document) {
  std::vector<std::string> secrets;
  const json* secret = member(document, "isSecret");
  for (const char* name : {"value", "default"})
    if (const json* literal = member(document, name); literal != nullptr && secret != nullptr && *secret == true)
      secrets.push_back(literal->is_string() ? literal->get<std::string>() : serialize(*literal));
  if (document.is_structured())
    for (const json& each : document)
      for (std::string& found : secrets_in(each)) secrets.push_back(std::move(found));
  return secrets;
}

Manifest read_manifest(std::string bytes, std::string file) {
  Manifest manifest;
  manifest.file = std::move(file);
  std::optional<std::string> text;
  if (is_archive(bytes) || manifest.file.ends_with(".mcpb") || manifest.file.ends_with(".dxt")) {
    manifest.kind = ManifestKind::bundle_manifest;
    manifest.bundle.emplace(std::move(bytes));
    manifest.problem = manifest.bundle->problem();
    if (!manifest.problem.empty()) return manifest;
    text = manifest.bundle->read("manifest.json");
    if (!text) manifest.problem = "there is no manifest.json at the root of the archive";
    if (!text) return manifest;
  } else {
    text = std::move(bytes);
  }
  if (text->starts_with("\xEF\xBB\xBF")) text->erase(0, 3);
  Result<json> parsed = parse_json(*text, kOwnFile, &manifest.duplicates);
  if (!parsed)
    manifest.problem = parsed.error().what;
  else if (!parsed->is_object())
    manifest.problem = "it is JSON, but no object";
  else
    manifest.document = std::move(*parsed);
  if (!manifest.bundle) manifest.kind = kind_of(manifest.document, manifest.file);
  manifest.format = other_format(manifest);
  return manifest;
}

json Manifest::view() const {
  json made = {
      {"kind", to_string(kind)}, {"file", file}, {"is-bundle", bundle.has_value()}, {"duplicates", duplicates}};
  if (!document.is_null()) made["document"] = document;
  if (!problem.empty()) made["problem"] = problem;
  if (bundle && bundle->problem().empty()) made["is-archive"] = true;
  if (live) made["live"] = view_of(*live);
  return made;
}

}  // namespace mcplumb
