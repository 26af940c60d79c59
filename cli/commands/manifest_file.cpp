#include <filesystem>

#include "cli/commands/check_parts.hpp"
#include "cli/input/files.hpp"
#include "cli/input/known_secrets.hpp"
#include "cli/output/terminal.hpp"
#include "client/http/url.hpp"
#include "client/text/printable.hpp"
#include "client/text/sha256.hpp"
#include "conformance/engine/plan.hpp"
#include "conformance/language/selection.hpp"
#include "conformance/manifest/judge.hpp"

namespace mcplumb::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestFile = 256 << 20, kLargestNeighbour = 4 << 20;
constexpr std::size_t kMostNeighbours = 200;

std::optional<std::string> neighbour(const fs::path& folder, const char* name) {
  std::error_code problem;
  const fs::path path = folder / name;
  if (!fs::is_regular_file(path, problem) || fs::file_size(path, problem) > kLargestNeighbour) return std::nullopt;
  return read_file(path.string());
}

// Bundles that lie beside a server.json, which may name their hashes.
std::map<std::string, std::string> hashes_in(const fs::path& folder) {
  std::map<std::string, std::string> hashes;
  std::error_code problem;
  std::size_t left = kMostNeighbours;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, problem)) {
    const std::string extension = entry.path().extension().string();
    if (left-- == 0) break;
    if ((extension != ".mcpb" && extension != ".dxt") || entry.file_size(problem) > kLargestFile) continue;
    hashes[entry.path().filename().string()] = sha256_hex(read_file(entry.path().string()));
  }
  return hashes;
}

Manifest read(const std::string& file) {
  std::error_code problem;
  const fs::path path(file);
  if (file != "-" && fs::is_regular_file(path, problem) && fs::file_size(path, problem) > kLargestFile)
    throw usage("--manifest " + printable(file) + " is larger than 256 MiB");
  Manifest manifest = read_manifest(read_file(file), path.filename().string());
  for (const std::string& secret : secrets_in(manifest.document)) known_secrets().add(secret);
  if (file == "-") return manifest;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  manifest.beside.package_json = neighbour(folder, "package.json");
  manifest.beside.readme = neighbour(folder, "README.md");
  if (manifest.kind == ManifestKind::server_json) manifest.beside.hashes = hashes_in(folder);
  return manifest;
}

LiveServer live_of(const Run& run, const std::string& url) {
  LiveServer live;
  live.target = url;
  live.reached = run.handshake_problem.empty();
  live.asks_to_sign_in = exit_code(run) == kAuthorization;
  if (run.server) {
    live.name = run.server->name;
    live.version = run.server->version;
    live.title = run.server->title;
    live.revision = run.server->revision;
    live.transport = to_string(run.server->transport);
  }
  if (run.surface) {
    live.tools = run.surface->tools;
    live.prompts = run.surface->prompts;
  }
  return live;
}

}  // namespace

ManifestFile::ManifestFile(const CheckOptions& options, const std::vector<Suite>& suites)
    : options_(options), suites_(suites) {
  if (!options.manifest_file.empty()) manifest_ = std::make_unique<Manifest>(read(options.manifest_file));
}

ManifestFile::~ManifestFile() = default;

void ManifestFile::judge(Run& run) {
  if (!is_given()) return;
  run.manifest = options_.manifest_file;
  if (run.server || !run.handshake_problem.empty()) manifest_->live = live_of(run, options_.url);
  for (const Suite& suite : suites_)
    for (const Check& check : suite.checks) {
      const bool fits = check.own || check.suite == to_string(manifest_->kind);
      const bool chosen = options_.only.empty() || any_selects(options_.only, check);
      if (check.watch == Watch::manifest && fits && chosen && !any_selects(options_.skip, check))
        run.outcomes.push_back(judge_manifest(check, suite, *manifest_, options_.strict));
    }
}

Run ManifestFile::alone() {
  Run run;
  run.tool_version = MCPLUMB_VERSION;
  run.target = options_.manifest_file;
  run.started = now_rfc3339();
  run.strict = options_.strict;
  judge(run);
  return run;
}

}  // namespace mcplumb::cli
