// The paths of expectations and captures, each held against what its view has.
#pragma once

#include <optional>

#include "conformance/language/path.hpp"
#include "conformance/language/reading.hpp"
#include "conformance/language/view_paths.hpp"

namespace mcplumb {

class PathReader {
 public:
  explicit PathReader(const Reading& reading) : values_(reading.values), names_(reading.names) {}

  std::optional<Path> path(const Node& node, View view);

 private:
  void check_roots(const Node& node, const Path& path, View view);
  void refuse_root(const Node& node, const std::string& root, View view);
  void check_below(const Node& node, const std::string& root, const std::string& key);

  ValueReader& values_;
  const NameReader& names_;
};

}  // namespace mcplumb
