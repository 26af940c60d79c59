// What is published about a server, as a value: a server.json of the registry, a bundle or its manifest.json, a server
// card.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "conformance/manifest/bundle.hpp"

namespace mcplumb {

enum class ManifestKind { server_json, bundle_manifest, server_card };
std::string_view to_string(ManifestKind kind);  // the name of its suite

// Files that lie beside it, as far as they are there.
struct ManifestNeighbours {
  std::optional<std::string> package_json, readme;
  std::map<std::string, std::string> hashes;  // SHA-256 of each other file, by its name
};

// What a running server says of itself. Null: it is not known.
struct LiveServer {
  std::string target;  // its URL; empty over stdio
  std::string name, version, title, revision, transport;
  bool reached = false;
  bool asks_to_sign_in = false;
  nlohmann::json tools, prompts;  // as listed
};

struct Manifest {
  ManifestKind kind = ManifestKind::server_json;
  std::string file;                     // its name
  nlohmann::json document;              // null if there is none
  std::string problem;                  // why there is none
  std::string format;                   // of its own, if it is not one that is judged: "2025-07-09"
  std::vector<std::string> duplicates;  // keys that come twice
  std::optional<Bundle> bundle;
  ManifestNeighbours beside;
  std::optional<LiveServer> live;

  // The same as JSON, for the matchers of checks.
  nlohmann::json view() const;
};

// Literal values of inputs that are called secret: no report may show them.
std::vector<std::string> secrets_in(const nlohmann::json& document);
Manifest read_manifest(std::string bytes, std::string file);

}  // namespace mcplumb
