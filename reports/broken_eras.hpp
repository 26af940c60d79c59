// What a run says of eras and revisions that a server offers, and that do not work: no check can tell of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/record/run.hpp"

namespace mcplumb {

struct BrokenEra {
  std::string revision;
  std::string sentence;                 // what does not work, and whom that keeps out
  std::optional<std::size_t> exchange;  // the evidence, in Run::trace
};
std::vector<BrokenEra> broken_eras(const Run& run);

}  // namespace mcplumb
