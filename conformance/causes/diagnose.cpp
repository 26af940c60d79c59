#include "conformance/causes/diagnose.hpp"

#include <algorithm>
#include <tuple>

#include "conformance/causes/predicates.hpp"

namespace mcplumb {
namespace {

using Predicate = Found (*)(const Wire&);

constexpr Predicate kPredicates[] = {not_started,      lifespan,        poisoned,           starved,    host_refused,
                                     endpoint_url,     other_transport, other_path,         redirected, gateway_page,
                                     session_lost,     only_first,      body_consumed,      schema,     cut,
                                     hangs_on_term,    spins,           accepted_into_void, buffered,   no_progress,
                                     primed_too_early, headers_late,    idle_cut,           silent,     limit,
                                     log_noise};

std::size_t place_of(const Diagnosis& diagnosis) {
  const auto rules = all_rules();
  return static_cast<std::size_t>(
      std::find_if(rules.begin(), rules.end(), [&](const RuleText& rule) { return rule.id == diagnosis.rule; }) -
      rules.begin());
}

// Weight before confidence: what keeps clients from working comes first.
auto strength(const Diagnosis& diagnosis) {
  return std::tuple(diagnosis.weight, diagnosis.confidence, place_of(diagnosis));
}

bool is_explained(const Diagnosis& diagnosis, const std::vector<Diagnosis>& all) {
  return std::any_of(all.begin(), all.end(), [&](const Diagnosis& other) {
    const RuleText* rule = find_rule(other.rule);
    return rule != nullptr &&
           std::find(rule->explains.begin(), rule->explains.end(), diagnosis.rule) != rule->explains.end();
  });
}

}  // namespace

std::vector<Diagnosis> diagnose(const Run& run) {
  const Wire wire(run);
  std::vector<Diagnosis> found;
  for (const Predicate predicate : kPredicates)
    if (Found diagnosis = predicate(wire)) found.push_back(std::move(*diagnosis));
  std::vector<Diagnosis> kept;
  for (const Diagnosis& diagnosis : found)
    if (!is_explained(diagnosis, found)) kept.push_back(diagnosis);
  std::stable_sort(kept.begin(), kept.end(),
                   [](const Diagnosis& a, const Diagnosis& b) { return strength(a) < strength(b); });
  return kept;
}

}  // namespace mcplumb
