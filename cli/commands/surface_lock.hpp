// A lock file: what a server offered once, and is held to.
#pragma once

#include <string>

#include "cli/input/usage.hpp"
#include "conformance/compare/compare.hpp"

namespace mcplumb::cli {

class SurfaceLock {
 public:
  explicit SurfaceLock(const std::string& path);  // throws UsageError
  // What has changed since; the run's verdicts have no part in it. To be asked only if there is a surface.
  Comparison compare(const Run& run) const;

 private:
  Run lock_;
};

// Why it is not known what the server of this run offers, one sentence; empty = it is.
std::string why_no_surface(const Run& run);

}  // namespace mcplumb::cli
