#include "cli/input/files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

#include "cli/input/known_secrets.hpp"
#include "cli/input/usage.hpp"
#include "client/jsonrpc/message.hpp"
#include "conformance/record/redact.hpp"

namespace mcplumb::cli {
namespace {

constexpr std::size_t kFileMax = 64 * 1024 * 1024;

}  // namespace

std::string read_file(const std::string& path) {
  std::string text;
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) throw usage(path + " cannot be read: " + std::strerror(errno));
  }
  std::istream& in = path == "-" ? std::cin : file;
  char block[65536];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(in.gcount()));
    if (text.size() > kFileMax) throw usage(path + " is larger than 64 MiB");
  }
  if (in.bad()) throw usage(path + " cannot be read");
  return text;
}

Run read_run(const std::string& path) { return parse_run(read_file(path), path); }

Run parse_run(const std::string& text, const std::string& path) {
  const Result<nlohmann::json> parsed = parse_json(text, kOwnFile, nullptr);
  if (!parsed) throw usage(path + " is not JSON: " + parsed.error().what);
  Result<Run> run = run_from_json(*parsed);
  if (!run) throw usage(path + (run.error().where.empty() ? "" : " at " + run.error().where) + ": " + run.error().what);
  return redact(std::move(*run), known_secrets());
}

}  // namespace mcplumb::cli
