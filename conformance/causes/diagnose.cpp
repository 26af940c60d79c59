#include "conformance/causes/diagnose.hpp"

#include <algorithm>
#include <optional>

#include "conformance/causes/rules.hpp"

namespace mcplumb {
namespace {

// A guess explains nothing that is surer than itself.
bool is_explained(const Diagnosis& diagnosis, const std::vector<Diagnosis>& all) {
  return std::any_of(all.begin(), all.end(), [&](const Diagnosis& other) {
    if (other.confidence == Confidence::possible && diagnosis.confidence != Confidence::possible) return false;
    const Rule* rule = find_rule(other.rule);
    return rule != nullptr &&
           std::find(rule->explains.begin(), rule->explains.end(), diagnosis.rule) != rule->explains.end();
  });
}

// False: what speaks against it is stronger.
bool withstands(Diagnosis& diagnosis, const Rule& rule, const RunIndex& index) {
  if (is_of_another_stack(index, rule.only_on)) return false;
  for (const Contradiction& against : rule.contradicted_by) {
    if (!against.holds(index)) continue;
    if (against.effect == Contradiction::Effect::silences) return false;
    diagnosis.confidence = Confidence::possible;
    add_evidence(diagnosis, "against it speaks that " + std::string(against.what));
  }
  return true;
}

// Leaves out what is for others.
void fit_to_stack(Diagnosis& diagnosis, const Rule& rule, Stack stack) {
  if (diagnosis.cure == rule.cure || rule.cure.find('{') != rule.cure.npos)
    for (const StackCure& each : rule.stack_cures)
      if (stack == Stack::unknown || stack == each.stack)
        diagnosis.cure +=
            (stack == Stack::unknown ? " " + std::string(to_string(each.stack)) + ": " : " ") + std::string(each.cure);
  if (stack == Stack::unknown) return;
  std::erase_if(diagnosis.links, [&](const std::string& link) {
    const Stack of = stack_of_link(link);
    return of != Stack::unknown && of != stack;
  });
}

}  // namespace

std::vector<Diagnosis> diagnose(const Run& run) {
  const RunIndex index(run);
  std::vector<Diagnosis> found;
  for (const Rule* rule : all_rules())
    if (std::optional<Diagnosis> diagnosis = rule->predicate(*rule, index);
        diagnosis && withstands(*diagnosis, *rule, index)) {
      fit_to_stack(*diagnosis, *rule, index.stack());
      found.push_back(std::move(*diagnosis));
    }
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
