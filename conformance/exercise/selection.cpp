#include "conformance/exercise/selection.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "client/jsonrpc/message.hpp"
#include "conformance/language/selection.hpp"
#include "conformance/record/exercise.hpp"

namespace mcplumb {

std::string why_not_allowed(const ToolSelection& selection, const nlohmann::json& tool) {
  const std::string_view name = string_member(tool, "name");
  const auto fits = [&](const std::vector<std::string>& globs) {
    return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) { return glob_matches(glob, name); });
  };
  if (name.empty()) return "it has no name";
  if (fits(selection.except)) return "--not names it";
  if (fits(selection.globs)) return "";
  if (selection.safe && says_it_only_reads(tool)) return "";
  return selection.safe ? "it does not say that it only reads" : "it was not named";
}

}  // namespace mcplumb
