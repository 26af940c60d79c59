#include "conformance/exercise/selection.hpp"

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/language/selection.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kNameMax = 2 * 1024;

}  // namespace

std::string why_not_allowed(const ToolSelection& selection, std::string_view name, bool is_safe) {
  if (name.empty()) return "it has no name";
  if (any_glob_matches(selection.except, name)) return "--not names it";
  if (any_glob_matches(selection.globs, name) || (selection.safe && is_safe)) return "";
  return selection.safe ? "it does not say that it only reads, or says that it destroys" : "it was not named";
}

ToolUse use_of(const ToolSelection& selection, std::string_view name, bool is_safe) {
  ToolUse use;
  if (name.size() > kNameMax) use.own_limit = "its name is " + more_than_own_limit(whole_size(kNameMax));
  use.tool = use.own_limit.empty() ? std::string(name) : shortened(name, 60);
  use.left_out = why_not_allowed(selection, name, is_safe);
  if (!use.left_out.empty())
    use.own_limit.clear();
  else
    use.left_out = use.own_limit;
  return use;
}

}  // namespace mcplumb
