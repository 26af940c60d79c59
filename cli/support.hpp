// What several commands need: reading suites and durations, writing reports, and stopping at Ctrl-C.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "cli/options.hpp"
#include "client/loop.hpp"
#include "conformance/run.hpp"
#include "conformance/runner/options.hpp"
#include "conformance/script/check.hpp"

namespace mcplumb::cli {

// The operator's mistake: the text is printed as it is, the exit code is 2.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline UsageError usage(const std::string& text) { return UsageError("mcplumb: error: " + text); }

// The built-in suites; or the files named, behind the built-in checks that they use. Throws UsageError with every
// mistake found in them. Without `variables` nothing will run, so none need have a value.
std::vector<Suite> load_suites(const std::vector<std::string>& files,
                               const std::vector<std::string>* variables = nullptr);

Micros parse_duration(const std::string& text, const std::string& option);  // throws UsageError
// From --revision and --era: what to propose, empty = find out. Throws UsageError.
std::string revision_of(const TargetOptions& options);
RunOptions run_options(const CheckOptions& options);  // throws UsageError

std::string read_file(const std::string& path);  // '-' = stdin; throws UsageError

Run read_run(const std::string& path);                            // the JSON form of a run; throws UsageError
Run parse_run(const std::string& text, const std::string& path);  // the same for what was read already

// A file that will be written at the end of the run. Opened at once, so that a path that cannot be written is known
// before the run and not after it; the text replaces the file in one step. '-' is stdout.
class OutputFile {
 public:
  OutputFile(std::string path,
             const std::string& option);  // throws UsageError; an empty path makes an OutputFile that writes nothing
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  void write(const std::string& text);  // throws std::runtime_error when the disk refuses
  bool wanted() const { return !path_.empty(); }
  bool is_stdout() const { return path_ == "-"; }

 private:
  std::string path_, temporary_;
  int fd_ = -1;
};

void print(const std::string& text);  // to stdout, all of it
bool use_color(const std::string& wish, int fd);
int terminal_width(int fd);  // 80 when unknown
std::string now_rfc3339();

// Stops the loop at the first SIGINT or SIGTERM; the second one stops the cleaning up, too, and the third ends the
// process.
class SignalGuard {
 public:
  explicit SignalGuard(EventLoop& loop);
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

 private:
  EventLoop& loop_;
  bool seen_ = false;
  int fd_ = -1;
};

}  // namespace mcplumb::cli
