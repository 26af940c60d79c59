#include "reports/broken_eras.hpp"

#include "client/jsonrpc/message.hpp"
#include "client/transport/era.hpp"

namespace mcplumb {
namespace {

std::string era_problem(const OtherEra& era) {
  const bool stateless = era_of(era.revision) == Era::stateless;
  return std::string(stateless ? "Without a handshake (" : "With a handshake (initialize, ") + era.revision +
         ") no session can be opened, and the server does not refuse that either: " + shortened(era.problem, 400);
}

}  // namespace

std::vector<BrokenEra> broken_eras(const Run& run) {
  std::vector<BrokenEra> broken;
  if (run.other_era && !run.other_era->problem.empty())
    broken.push_back({run.other_era->revision, era_problem(*run.other_era), run.other_era->first_failure});
  for (const RevisionLook& look : run.revisions)
    if (look.found == RevisionLook::Found::broken)
      broken.push_back({look.revision, "Revision " + look.revision + " does not work: " + shortened(look.problem, 400),
                        look.exchange});
  return broken;
}

}  // namespace mcplumb
