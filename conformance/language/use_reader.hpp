// What a user's suite takes over from the built-in ones: the entries of `use`.
#pragma once

#include <string>
#include <vector>

#include "conformance/language/reach_reader.hpp"
#include "conformance/language/reading.hpp"

namespace mcplumb {

class UseReader {
 public:
  UseReader(const Reading& reading, ReachReader& reach)
      : values_(reading.values), outside_(reading.outside), reach_(reach) {}

  std::vector<Use> uses(const Node& node);

 private:
  Use use(const Node& node);
  std::vector<std::string> patterns(const Node& node);
  void read_exception(Use& use, const Node& node);
  void refuse_idle_pattern(const Node& at, const std::string& pattern);

  ValueReader& values_;
  const ReaderContext& outside_;
  ReachReader& reach_;
};

}  // namespace mcplumb
