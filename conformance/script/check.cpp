#include "conformance/script/check.hpp"

#include <algorithm>

namespace mcplumb {

// Revisions are dates, written so that text order is time order.
bool RevisionRange::contains(std::string_view revision) const {
  return (from.empty() || from <= revision) && (to.empty() || revision <= to);
}

bool Check::applies_to(std::string_view revision) const {
  return revisions.empty() || std::any_of(revisions.begin(), revisions.end(),
                                          [&](const RevisionRange& range) { return range.contains(revision); });
}

Level Check::level_for(std::string_view revision) const {
  for (const auto& [range, level] : levels) {
    if (range.contains(revision)) return level;
  }
  return Level::info;
}

}  // namespace mcplumb
