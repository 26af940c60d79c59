#include "cli/commands/accepted_rules.hpp"

#include "cli/input/usage.hpp"
#include "client/text/printable.hpp"
#include "conformance/causes/rules.hpp"
#include "conformance/language/suggestion.hpp"

namespace mcplumb::cli {

std::vector<std::string> accepted_rules(const std::vector<std::string>& given) {
  std::vector<std::string> known;
  for (const Rule* rule : all_rules()) known.emplace_back(rule->id);
  for (const std::string& rule : given)
    if (find_rule(rule) == nullptr)
      throw usage("--accept " + printable(rule) + " names no rule of diagnosis" + suggestion(rule, known));
  return given;
}

}  // namespace mcplumb::cli
