#include "cli/input/claimed_files.hpp"

#include <map>

#include "cli/input/usage.hpp"

namespace mcplumb::cli {
namespace {

using NameOf = std::map<std::string, std::string>;  // by key

NameOf& inputs() {
  static NameOf all;
  return all;
}

NameOf& outputs() {
  static NameOf all;
  return all;
}

[[noreturn]] void refuse(const std::string& output, const std::string& input) {
  throw usage(output + " would replace a file that is read: " + input + "; choose another path");
}

}  // namespace

std::string key_of(const struct stat& status) {
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

void claim_input(const struct stat& status, const std::string& path) {
  if (S_ISCHR(status.st_mode)) return;
  const std::string key = key_of(status);
  if (const auto found = outputs().find(key); found != outputs().end()) refuse(found->second, path);
  inputs().emplace(key, path);
}

ClaimedOutput::ClaimedOutput(const std::string& key, const std::string& words) {
  if (key.empty()) return;
  if (const auto found = inputs().find(key); found != inputs().end()) refuse(words, found->second);
  if (outputs().emplace(key, words).second) key_ = key;
}

ClaimedOutput::~ClaimedOutput() {
  if (!key_.empty()) outputs().erase(key_);
}

}  // namespace mcplumb::cli
