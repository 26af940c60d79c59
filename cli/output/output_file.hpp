// A file that a command writes at its end.
#pragma once

#include <string>

#include "cli/input/usage.hpp"

namespace mcplumb::cli {

// A file that will be written at the end of the run. Opened at once, so that a path that cannot be written is known
// before the run and not after it; the text replaces the file in one step. '-' is stdout.
class OutputFile {
 public:
  OutputFile(std::string path,
             const std::string& option);  // throws UsageError; an empty path makes an OutputFile that writes nothing
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  // Throws std::runtime_error when the disk refuses. Nothing secret is written (known_secrets); bytes that a server
  // gave out go as they are.
  void write(const std::string& text);
  void write_bytes(const std::string& bytes);
  bool wanted() const { return !path_.empty(); }
  bool is_stdout() const { return path_ == "-"; }

 private:
  std::string path_, temporary_;
  int fd_ = -1;
};

}  // namespace mcplumb::cli
