// Where and how strictly a check applies: revisions, transports, levels,
// sessions. For checks and for their defaults.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "conformance/language/reading.hpp"

namespace mcplumb {

class ReachReader {
 public:
  explicit ReachReader(const Reading& reading) : values_(reading.values) {}

  // The keys that a check and `defaults` have in common; what is not given
  // stays as it is.
  void read_common(Check& check, const Node& node);
  void read_levels(Check& check, const Node& node);
  std::optional<Level> level(const Node& node);
  // Of the levels, one must hold for each revision that the check applies to.
  void refuse_missing_level(const Check& check, const Node& at);

 private:
  std::vector<RevisionRange> revisions(const Node& node);
  RevisionRange revision_range(const Node& node);
  bool is_revision(const Node& at, const std::string& text);
  std::vector<std::string> transports(const Node& node);

  ValueReader& values_;
};

}  // namespace mcplumb
