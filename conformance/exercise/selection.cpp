#include "conformance/exercise/selection.hpp"

#include "conformance/language/selection.hpp"

namespace mcplumb {

std::string why_not_allowed(const ToolSelection& selection, std::string_view name, bool is_safe) {
  if (name.empty()) return "it has no name";
  if (any_glob_matches(selection.except, name)) return "--not names it";
  if (any_glob_matches(selection.globs, name) || (selection.safe && is_safe)) return "";
  return selection.safe ? "it does not say that it only reads, or says that it destroys" : "it was not named";
}

}  // namespace mcplumb
