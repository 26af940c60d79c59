// Broken suites and how their mistakes are shown: for the tables in reader_*_test.cpp.
#pragma once

#include <string>

#include "conformance/language/reader.hpp"

namespace mcplumb {

struct BrokenSuite {
  const char* name;
  std::string text;
  std::string rendered;
};

// What a file starts with; then a first check (its lines 4 to 6), then its steps (from line 8).
inline const std::string kHead = "suite: s\ntitle: T\nchecks:\n";
inline const std::string kCheck = kHead + "  - id: a.b\n    title: T\n    level: must\n";
inline const std::string kSteps = kCheck + "    steps:\n";

// All mistakes of a file that is called s.yaml, as the user sees them.
inline std::string problems_of(const std::string& text) {
  ReaderContext context;
  context.judges = {"progress-order", "session-ids"};
  std::string shown;
  for (const Diagnostic& problem : read_suite(text, "s.yaml", context).problems) shown += render(problem);
  return shown;
}

}  // namespace mcplumb
