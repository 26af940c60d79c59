#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/commands/check_parts.hpp"
#include "cli/input/files.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "client/text/printable.hpp"
#include "conformance/language/diagnostic.hpp"

namespace mcplumb::cli {
namespace {

// Nothing is written from a run that did not look at everything: it would forget what it did not see.
void refuse_partial_update(const CheckOptions& options) {
  if (!options.update_baseline) return;
  for (const auto& [given, option] : {std::pair(!options.only.empty(), "--only"),
                                      {!options.skip.empty(), "--skip"},
                                      {options.fail_fast, "--fail-fast"},
                                      {options.matrix, "--matrix"}})
    if (given)
      throw UsageError(std::string("mcplumb: error: --update-baseline needs a whole run in one revision; leave out ") +
                       option + ", or edit the file by hand");
}

Baseline load(const CheckOptions& options) {
  Baseline none;
  none.file = options.baseline_file;
  if (options.baseline_file.empty()) return none;
  if (options.update_baseline && access(options.baseline_file.c_str(), F_OK) != 0) return none;
  BaselineRead read = read_baseline(read_file(options.baseline_file), options.baseline_file, options.update_baseline);
  if (read.problems.empty()) return std::move(read.baseline);
  std::string problems;
  for (const Diagnostic& problem : read.problems) problems += render(problem);
  problems.pop_back();
  throw UsageError(problems);
}

std::vector<std::string> ids_of(const std::vector<Suite>& suites) {
  std::vector<std::string> ids;
  for (const Suite& suite : suites)
    for (const Check& check : suite.checks) ids.push_back(check.id);
  return ids;
}

// Why the run is no whole one; empty = it is.
std::string partial(const Run& run) {
  if (!run.handshake_problem.empty()) return "no session could be opened";
  const bool left_out =
      std::any_of(run.outcomes.begin(), run.outcomes.end(), [](const Outcome& outcome) { return outcome.left_out; });
  return run.interrupted || left_out ? why_not_whole(run, "it") : "";
}

}  // namespace

BaselineFile::BaselineFile(const CheckOptions& options, const std::vector<Suite>& suites)
    : update_((refuse_partial_update(options), options.update_baseline)),
      known_(ids_of(suites)),
      baseline_(load(options)),
      file_(update_ ? options.baseline_file : "", "--baseline", OutputFile::Replaces::anything) {}

void BaselineFile::apply(Run& run) const {
  if (!baseline_.file.empty()) apply_baseline(run, baseline_, known_);
}

void BaselineFile::update(Run& run) {
  if (!update_) return;
  const std::string file = printable(baseline_.file);
  if (const std::string why = partial(run); !why.empty()) {
    complain("mcplumb: " + file + " was left as it is: the run was not a whole one, " + why + "\n");
    return;
  }
  const UpdatedBaseline made = update_baseline(baseline_, run);
  if (!file_.write(to_text(made.baseline))) return;
  complain("mcplumb: " + file + " written: " + std::to_string(made.baseline.expected.size()) + " expected verdicts\n");
  std::string ids;
  for (const std::string& id : made.without_reason) ids += (ids.empty() ? "" : ", ") + id;
  if (!ids.empty()) complain("mcplumb: write a reason for each of: " + ids + "\n");
  apply_baseline(run, made.baseline, known_);
}

}  // namespace mcplumb::cli
