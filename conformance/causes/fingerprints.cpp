#include "conformance/causes/fingerprints.hpp"

#include <algorithm>

namespace mcplumb {
namespace {

const Exchange* first_that_fits(const Run& run, const Fingerprint& print) {
  const auto seen = std::find_if(run.trace.exchanges.begin(), run.trace.exchanges.end(),
                                 [&](const Exchange& each) { return each.status() != 0 && print.fits(each); });
  return seen == run.trace.exchanges.end() ? nullptr : &*seen;
}

}  // namespace

std::vector<Likeness> looks_like(const Run& run) {
  std::vector<Likeness> found;
  for (const auto& prints : {sdk_fingerprints(), framework_fingerprints()})
    for (const Fingerprint& print : prints) {
      const bool known =
          std::any_of(found.begin(), found.end(), [&](const Likeness& each) { return each.what == print.what; });
      const Exchange* seen = known ? nullptr : first_that_fits(run, print);
      if (seen != nullptr) found.push_back({std::string(print.what), std::string(print.evidence), seen->number});
    }
  return found;
}

Stack recognised_stack(const Run& run) {
  for (const auto& prints : {sdk_fingerprints(), framework_fingerprints()})
    for (const Fingerprint& print : prints)
      if (print.stack != Stack::unknown && first_that_fits(run, print) != nullptr) return print.stack;
  for (const ProcessRecord& process : run.trace.processes)
    if (const Stack stack = stack_of_log(process.log.text()); stack != Stack::unknown) return stack;
  for (const ProcessRecord& process : run.trace.processes)
    if (const Stack stack = stack_of_command(process.command); stack != Stack::unknown) return stack;
  return Stack::unknown;
}

}  // namespace mcplumb
