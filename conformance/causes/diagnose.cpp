#include "conformance/causes/diagnose.hpp"

#include <algorithm>
#include <optional>

#include "conformance/causes/rules.hpp"

namespace mcplumb {
namespace {

bool is_explained(const Diagnosis& diagnosis, const std::vector<Diagnosis>& all) {
  return std::any_of(all.begin(), all.end(), [&](const Diagnosis& other) {
    const Rule* rule = find_rule(other.rule);
    return rule != nullptr &&
           std::find(rule->explains.begin(), rule->explains.end(), diagnosis.rule) != rule->explains.end();
  });
}

}  // namespace

std::vector<Diagnosis> diagnose(const Run& run) {
  const RunIndex index(run);
  std::vector<Diagnosis> found;
  for (const Rule* rule : all_rules())
    if (std::optional<Diagnosis> diagnosis = rule->predicate(*rule, index)) found.push_back(std::move(*diagnosis));
  std::vector<Diagnosis> kept;
  for (const Diagnosis& diagnosis : found)
    if (!is_explained(diagnosis, found)) kept.push_back(diagnosis);
  // Weight before confidence: what keeps clients from working comes first. Among equals the order of the rules stays.
  std::stable_sort(kept.begin(), kept.end(), [](const Diagnosis& a, const Diagnosis& b) {
    return std::pair(a.weight, a.confidence) < std::pair(b.weight, b.confidence);
  });
  return kept;
}

}  // namespace mcplumb
