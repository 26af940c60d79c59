#include "conformance/engine/exercise_options.hpp"

namespace mcplumb {

void ToolSelection::allow(const std::string& word) {
  if (word == "none") return;
  if (word == "safe")
    safe = true;
  else
    globs.push_back(word == "all" ? "*" : word);
}

}  // namespace mcplumb
