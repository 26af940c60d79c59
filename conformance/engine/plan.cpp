#include "conformance/engine/plan.hpp"

#include <algorithm>

#include "conformance/language/selection.hpp"
#include "conformance/language/suggestion.hpp"

namespace mcplumb {
namespace {

bool has_http_step(const std::vector<Step>& steps) {
  return std::any_of(steps.begin(), steps.end(),
                     [](const Step& step) { return step.verb == Verb::http || has_http_step(step.steps); });
}

std::string reason_to_skip(const Check& check, TransportKind transport, std::string_view revision) {
  if (!check.skip.empty()) return check.skip;
  if (!check.transports.empty() && !check.names(transport))
    return "not a rule of the transport " + std::string(to_string(transport));
  if (transport != TransportKind::streamable_http && check.transports.empty() && has_http_step(check.steps))
    return "sends plain HTTP requests of its own, as Streamable HTTP has them";
  if (!revision.empty() && !check.applies_to(revision)) return "not a rule of revision " + std::string(revision);
  return "";
}

bool selects_any(const std::string& pattern, const std::vector<Suite>& suites) {
  return std::any_of(suites.begin(), suites.end(), [&](const Suite& suite) {
    return std::any_of(suite.checks.begin(), suite.checks.end(), [&](const Check& c) { return selects(pattern, c); });
  });
}

// What is left out by a glob may be there one day; by a name it is misspelt.
Result<void> refuse_idle_patterns(const std::vector<Suite>& suites, const RunOptions& options) {
  const auto refuse = [&](const char* option, const std::string& pattern) {
    return failure(std::string(option) + pattern + " selects no check" +
                   suggestion(pattern, selectable_by(pattern, suites)));
  };
  for (const std::string& pattern : options.only)
    if (!selects_any(pattern, suites)) return refuse("--only ", pattern);
  for (const std::string& pattern : options.skip)
    if (pattern.find_first_of("*?") == pattern.npos && !selects_any(pattern, suites)) return refuse("--skip ", pattern);
  return {};
}

}  // namespace

Result<std::vector<Planned>> make_plan(const std::vector<Suite>& suites, const RunOptions& options,
                                       TransportKind transport, std::string_view revision) {
  if (auto fine = refuse_idle_patterns(suites, options); !fine) return tl::make_unexpected(fine.error());
  std::vector<Planned> plan;
  for (const Suite& suite : suites) {
    for (const Check& check : suite.checks) {
      if (check.watch == Watch::manifest) continue;  // needs no server
      if (!options.only.empty() && !any_selects(options.only, check)) continue;
      if (any_selects(options.skip, check)) continue;
      plan.push_back({&check, &suite, reason_to_skip(check, transport, revision)});
    }
  }
  return plan;
}

}  // namespace mcplumb
