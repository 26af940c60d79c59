#include "cli/commands/surface_lock.hpp"

#include <nlohmann/json.hpp>

#include "cli/input/files.hpp"
#include "cli/input/usage.hpp"
#include "client/jsonrpc/message.hpp"
#include "conformance/compare/lock.hpp"

namespace mcplumb::cli {

SurfaceLock::SurfaceLock(const std::string& path) {
  Result<Run> lock = run_from_lock(read_json_file(path));
  if (!lock) throw UsageError("mcplumb: error: " + path + " at " + lock.error().where + ": " + lock.error().what);
  lock_ = std::move(*lock);
  lock_.target = path;
}

Comparison SurfaceLock::compare(const Run& run) const {
  Run offered;
  offered.target = run.target;
  offered.tool_version = run.tool_version;
  offered.started = run.started;
  offered.server = run.server;
  offered.surface = run.surface;
  return compare_runs(lock_, offered);
}

std::string why_no_surface(const Run& run) {
  if (run.surface && run.surface->problems.empty() && !run.interrupted) return "";
  std::string why = run.handshake_problem;
  if (why.empty() && run.interrupted) why = why_not_whole(run);
  if (why.empty() && run.surface) why = run.surface->problems.front();
  return "the surface of " + shortened(run.target, 200) + " could not be read: " + shortened(why, 600);
}

}  // namespace mcplumb::cli
