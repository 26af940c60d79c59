#include "cli/commands/commands.hpp"
#include "cli/input/suites.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "client/text/printable.hpp"
#include "conformance/causes/rules.hpp"
#include "conformance/language/describe_check.hpp"
#include "conformance/language/suggestion.hpp"
#include "conformance/record/exit_code.hpp"

namespace mcplumb::cli {

int explain_command(const ExplainOptions& options) {
  const std::vector<Suite> suites = load_suites(options.suites);
  std::vector<std::string> ids;
  if (const Rule* rule = find_rule(options.id)) {
    print(explain(*rule));
    return kConforms;
  }
  for (const Suite& suite : suites)
    for (const Check& check : suite.checks) {
      ids.push_back(check.id);
      if (check.id != options.id) continue;
      print(explain(check));
      return kConforms;
    }
  for (const Rule* rule : all_rules()) ids.emplace_back(rule->id);
  throw UsageError("mcplumb: error: there is no check " + printable(options.id) + suggestion(options.id, ids) +
                   "\n`mcplumb checks` lists all.");
}

}  // namespace mcplumb::cli
