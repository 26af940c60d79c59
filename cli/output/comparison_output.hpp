// Writes one comparison to wherever the command line asked: used by compare, lock and gate.
#pragma once

#include "cli/input/options.hpp"
#include "cli/output/output_file.hpp"
#include "conformance/compare/compare.hpp"

namespace mcplumb::cli {

class ComparisonOutput {
 public:
  // Opens all files, so that one that cannot be written is known before the work. Throws UsageError.
  explicit ComparisonOutput(const ComparisonOutputOptions& options);
  void write(const Comparison& comparison);

 private:
  const ComparisonOutputOptions& options_;
  OutputFile json_, junit_, markdown_;
};

}  // namespace mcplumb::cli
