// A server's surface, pinned in a file that is kept under version control (docs/gate.md, "Lock").
#pragma once

#include "conformance/record/run.hpp"

namespace mcplumb {

inline constexpr int kLockFormat = 1;

// Lists sorted by name and no moments in it, so that two locks of one server are the same text.
nlohmann::json lock_of(const Run& run);

// A run that holds nothing but server and surface, to be compared with another. Refuses what is no lock with the place
// in `where`.
Result<Run> run_from_lock(const nlohmann::json& lock);

}  // namespace mcplumb
