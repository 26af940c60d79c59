// A baseline from anybody: mistakes have places, and what is accepted says the same when it is written and read again.
#include "conformance/assess/baseline.hpp"
#include "tests/fuzz.hpp"

MCPLUMB_FUZZER(baseline_fuzz) {
  using namespace mcplumb;
  const BaselineRead read = read_baseline(input, "fuzz.yaml");
  for (const Diagnostic& problem : read.problems) {
    fuzz::require(!problem.message.empty() && problem.line >= 1 && problem.column >= 1, "a mistake has its place");
    fuzz::require_printable(render(problem), "\n");
  }
  if (!read.problems.empty()) return;
  const std::string text = to_text(read.baseline);
  const BaselineRead again = read_baseline(text, "again.json");
  fuzz::require(again.problems.empty(), "what was written can be read", text);
  fuzz::require(again.baseline.server == read.baseline.server && again.baseline.complete == read.baseline.complete &&
                    again.baseline.expected == read.baseline.expected,
                "a baseline that is written and read again is the same", text);
  Run run;
  apply_baseline(run, read.baseline, {"ping.answered"});
  fuzz::require(run.baseline && run.baseline->stale.size() <= read.baseline.expected.size(), "an entry is stale once");
}
