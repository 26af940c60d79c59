// One run: plan, carry out, judge.
#pragma once

#include <string>
#include <vector>

#include "client/log.hpp"
#include "conformance/engine/plan.hpp"
#include "conformance/probes/server_probes.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb {

// Runs the suites against options.target and returns what came of it. Whatever the server does is in the Run; an Error
// means that the options make no sense. Stops early, with what it has, once loop.stop() was called. `started` is the
// moment to put into the run, RFC 3339.
Result<Run> run_suites(const std::vector<Suite>& suites, const RunOptions& options, EventLoop& loop,
                       std::string started, Log& log);

// The same for a quick look: only the watching checks are judged, over the traffic of the
// probes (server_probes.hpp).
struct Probe {
  Run run;
  ServerProfile profile;
  std::optional<ServerProfile> other;  // of the second era, if the run looked at it
};
std::size_t unread_lists(const Probe& probe);  // of both eras
// That of its run, and kFailed if a list that the server declares cannot be read; kNothingJudged if that is for want of
// ours.
ExitCode exit_code(const Probe& probe);
Result<Probe> probe_server(const std::vector<Suite>& suites, const RunOptions& options, EventLoop& loop,
                           std::string started, Log& log);

}  // namespace mcplumb
