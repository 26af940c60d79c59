// A run's JSON from anybody: it is refused with a place, or it is a run that can be written and read again as the same.
// The input is JSON.
#include "client/jsonrpc/message.hpp"
#include "conformance/record/json_text.hpp"
#include "conformance/record/matrix.hpp"
#include "conformance/record/run.hpp"
#include "tests/fuzz.hpp"

namespace {

void require_place(const mcplumb::Error& problem) {
  mcplumb::fuzz::require(!problem.what.empty() && problem.where.starts_with('/'),
                         "a mistake has a sentence and a place", problem.what + " " + problem.where);
}

}  // namespace

MCPLUMB_FUZZER(run_fuzz) {
  using namespace mcplumb;
  const auto value = parse_json(input, {}, nullptr);
  if (!value) return;
  if (const Result<Matrix> matrix = matrix_from_json(*value)) {
    static_cast<void>(exit_code(*matrix));
    const auto again = matrix_from_json(to_json(*matrix));
    fuzz::require(again && to_json(*again) == to_json(*matrix), "a matrix that is written and read again is the same");
  } else {
    require_place(matrix.error());
  }
  const Result<Run> run = run_from_json(*value);
  if (!run) return require_place(run.error());
  const nlohmann::json written = to_json(*run);
  const Result<Run> again = run_from_json(written);
  fuzz::require(again.has_value(), "what was written can be read", again ? "" : again.error().where);
  fuzz::require(to_json(*again) == written, "a run that is written and read again is the same", written.dump());
  fuzz::require(exit_code(*again) == exit_code(*run), "and means the same");
  const Summary summary = summarize(*run);
  fuzz::require(summary.pass + summary.fail + summary.warn + summary.note + summary.skip + summary.inconclusive ==
                    run->outcomes.size(),
                "each outcome is counted once");
  const std::string text = json_text(written);
  fuzz::require_printable(text, "\n");
  const auto read = parse_json(text, {}, nullptr);
  fuzz::require(read && *read == written, "JSON as it leaves the program says the same");
}
