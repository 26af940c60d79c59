#include <algorithm>

#include "cli/commands/commands.hpp"
#include "cli/input/suites.hpp"
#include "cli/input/usage.hpp"
#include "cli/output/terminal.hpp"
#include "client/text/printable.hpp"
#include "conformance/causes/rules.hpp"
#include "conformance/language/describe_check.hpp"
#include "conformance/language/selection.hpp"
#include "conformance/language/suggestion.hpp"
#include "conformance/record/exit_code.hpp"

namespace mcplumb::cli {

namespace {

const Check* find_check(const std::vector<Suite>& suites, const std::string& id) {
  for (const Suite& suite : suites)
    for (const Check& check : suite.checks)
      if (check.id == id) return &check;
  return nullptr;
}

std::vector<std::string> ids_to_explain(const std::vector<Suite>& own) {
  std::vector<std::string> ids = builtin_check_ids();
  for (const Suite& suite : own)
    for (const Check& check : suite.checks) ids.push_back(check.id);
  for (const Rule* rule : all_rules()) ids.emplace_back(rule->id);
  return ids;
}

// An area or a tag is no check, but has some.
UsageError nothing_to_explain(const ExplainOptions& options, const std::vector<Suite>& suites) {
  const std::vector<std::string> areas = selectable(load_suites(options.suites));
  if (std::find(areas.begin(), areas.end(), options.id) != areas.end())
    return usage(options.id + " is an area or a tag, not one check; `mcplumb check URL --only " + options.id +
                 " --list` lists its checks");
  return usage("there is no check or rule " + printable(options.id) + suggestion(options.id, ids_to_explain(suites)) +
               "\n`mcplumb checks` lists all checks.");
}

}  // namespace

// Of the built-in suites only the one that is needed is read.
int explain_command(const ExplainOptions& options) {
  std::vector<Suite> suites;
  if (!options.suites.empty())
    suites = load_suites(options.suites);
  else if (std::optional<Suite> suite = builtin_suite_of(options.id))
    suites.push_back(std::move(*suite));
  if (const Rule* rule = find_rule(options.id)) {
    print(explain(*rule));
  } else if (const Check* check = find_check(suites, options.id)) {
    print(explain(*check));
  } else {
    throw nothing_to_explain(options, suites);
  }
  return kConforms;
}

}  // namespace mcplumb::cli
