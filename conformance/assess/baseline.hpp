// A baseline: what is known not to pass, with the reason. Known failures still run; what they no longer do is stale.
//
//   {"server": "ours", "complete": false,
//    "expected": {"http.origin.refused": {"verdict": "fail", "reason": "the gateway checks it"}}}
//
// JSON, or YAML as suites are written; read as strictly (docs/baselines.md).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/language/check.hpp"
#include "conformance/language/diagnostic.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

struct Baseline {
  std::string file;
  std::string server;     // free text, for people
  bool complete = false;  // every check that is not named passes
  std::map<std::string, Expected> expected;
};

struct BaselineRead {
  Baseline baseline;  // to be used only if there are no problems
  std::vector<Diagnostic> problems;
};
// An entry without a reason is a mistake, unless the baseline is going to be written anew.
BaselineRead read_baseline(std::string_view text, const std::string& file, bool reasons_may_miss = false);

// Sets Outcome::expected and Run::baseline. `known` are the ids of all checks there are, so that an entry of a check
// that --only left out is not taken for stale. A run that did not come to its end makes nothing stale.
void apply_baseline(Run& run, const Baseline& baseline, const std::vector<std::string>& known);

// The baseline that this run, a whole one, fulfils: reasons are kept where the verdict is the same, and a skip has its
// own. A baseline that is not complete names what fails the run, and what the old one named.
struct UpdatedBaseline {
  Baseline baseline;
  std::vector<std::string> without_reason;  // ids of entries that a person must explain
};
UpdatedBaseline update_baseline(const Baseline& old, const Run& run);
std::string to_text(const Baseline& baseline);

}  // namespace mcplumb
