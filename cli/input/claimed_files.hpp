// The files that a command reads and those that it will write, whatever they are called: no file is to be both.
#pragma once

#include <sys/stat.h>

#include <string>

namespace mcplumb::cli {

// By device and inode.
std::string key_of(const struct stat& status);

// Throws UsageError: it will be written. A device may be both.
void claim_input(const struct stat& status, const std::string& path);

// For as long as it exists. `words` name it: "--json run.json".
class ClaimedOutput {
 public:
  ClaimedOutput() = default;  // claims nothing
  // Throws UsageError: it was read. An empty key claims nothing.
  ClaimedOutput(const std::string& key, const std::string& words);
  ~ClaimedOutput();
  ClaimedOutput(const ClaimedOutput&) = delete;
  ClaimedOutput& operator=(const ClaimedOutput&) = delete;

 private:
  std::string key_;
};

}  // namespace mcplumb::cli
