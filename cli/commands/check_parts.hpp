// The parts of `mcplumb check`: its plan, its baseline, and its runs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/input/options.hpp"
#include "cli/input/run_options.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/output_file.hpp"
#include "conformance/assess/baseline.hpp"
#include "conformance/manifest/manifest.hpp"
#include "conformance/record/matrix.hpp"

namespace mcplumb::cli {

// Prints what would run and what would not and why, as far as that is known without a server.
int list_plan(const std::vector<Suite>& suites, const RunOptions& options);

// The baseline of a run, read before it and perhaps written after it.
class BaselineFile {
 public:
  BaselineFile(const CheckOptions& options, const std::vector<Suite>& suites);  // throws UsageError

  // To be called on every run.
  void apply(Run& run) const;
  // With --update-baseline: writes what this run did, and says on stderr what is left to do for a person. A run that
  // did not come to its end leaves the file as it was.
  void update(Run& run);

 private:
  bool update_;
  std::vector<std::string> known_;  // ids of all checks
  Baseline baseline_;               // without a file name: there is none
  OutputFile file_;
};

// What is published about the server (--manifest): judged by itself, and against each run.
class ManifestFile {
 public:
  // Throws UsageError if the file cannot be had. Without a file name there is nothing to judge.
  ManifestFile(const CheckOptions& options, const std::vector<Suite>& suites);
  ~ManifestFile();
  bool is_given() const { return manifest_ != nullptr; }
  // Adds what comes of the file to a run that is over.
  void judge(Run& run);
  // The same without a server.
  Run alone();

 private:
  const CheckOptions& options_;
  const std::vector<Suite>& suites_;
  std::unique_ptr<Manifest> manifest_;
};

// Carries out what the options ask for. `judge` is called on each run when it is over.
Run run_check(const CheckOptions& options, const std::vector<Suite>& suites, const std::function<void(Run&)>& judge);
Matrix run_matrix(const CheckOptions& options, const std::vector<Suite>& suites,
                  const std::function<void(Run&)>& judge);

}  // namespace mcplumb::cli
