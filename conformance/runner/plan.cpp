#include "conformance/runner/plan.hpp"

#include <algorithm>

#include "conformance/script/vocabulary.hpp"

namespace mcplumb {
namespace {

bool selects(std::string_view pattern, const Check& check) {
  if (glob_matches(pattern, check.id) || pattern == check.suite) return true;
  return std::find(check.tags.begin(), check.tags.end(), pattern) != check.tags.end();
}

bool any_selects(const std::vector<std::string>& patterns, const Check& check) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return selects(pattern, check); });
}

bool has_http_step(const std::vector<Step>& steps) {
  return std::any_of(steps.begin(), steps.end(),
                     [](const Step& step) { return step.verb == Verb::http || has_http_step(step.steps); });
}

std::string reason_to_skip(const Check& check, std::string_view transport, std::string_view revision) {
  if (!check.transports.empty() &&
      std::find(check.transports.begin(), check.transports.end(), transport) == check.transports.end())
    return "not a rule of the transport " + std::string(transport);
  if (transport != "streamable-http" && check.transports.empty() && has_http_step(check.steps))
    return "sends plain HTTP requests of its own, as Streamable HTTP has them";
  if (!revision.empty() && !check.applies_to(revision)) return "not a rule of revision " + std::string(revision);
  return "";
}

Result<void> refuse_idle_patterns(const std::vector<Suite>& suites, const RunOptions& options) {
  std::vector<std::string> ids;
  for (const Suite& suite : suites)
    for (const Check& check : suite.checks) ids.push_back(check.id);
  for (const std::string& pattern : options.only) {
    bool used = false;
    for (const Suite& suite : suites)
      used = used ||
             std::any_of(suite.checks.begin(), suite.checks.end(), [&](const Check& c) { return selects(pattern, c); });
    if (!used) return failure("--only " + pattern + " selects no check" + suggestion(pattern, ids));
  }
  return {};
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = pattern.npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
      ++p;
      ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Result<std::vector<Planned>> make_plan(const std::vector<Suite>& suites, const RunOptions& options,
                                       std::string_view transport, std::string_view revision) {
  if (auto fine = refuse_idle_patterns(suites, options); !fine) return tl::make_unexpected(fine.error());
  std::vector<Planned> plan;
  for (const Suite& suite : suites) {
    for (const Check& check : suite.checks) {
      if (!options.only.empty() && !any_selects(options.only, check)) continue;
      if (any_selects(options.skip, check)) continue;
      plan.push_back({&check, &suite.shapes, reason_to_skip(check, transport, revision)});
    }
  }
  return plan;
}

}  // namespace mcplumb
