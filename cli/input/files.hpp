// Files that the command line names, read whole.
#pragma once

#include <string>

#include "cli/input/usage.hpp"
#include "conformance/record/run.hpp"

namespace mcplumb::cli {

// '-' = stdin. Throws UsageError, also if a report of this command is to replace it (claimed_files.hpp).
std::string read_file(const std::string& path);

nlohmann::json read_json_file(const std::string& path);  // within kOwnFile; throws UsageError

Run read_run(const std::string& path);                              // the JSON form of a run; throws UsageError
Run run_of(const nlohmann::json& parsed, const std::string& path);  // the same for what was read already

}  // namespace mcplumb::cli
