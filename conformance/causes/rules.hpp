// The texts of all rules: what can be said of a cause before a run is looked at. Predicates are in rules_*.cpp.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "conformance/record/diagnosis.hpp"

namespace mcplumb {

struct RuleText {
  std::string_view id;
  Weight weight;
  std::string_view title, cause, cure, note;  // {name} stands for what the run fills in
  std::vector<std::string_view> links;
  std::vector<std::string_view> explains;  // rules that are only consequences if this one holds
};

std::span<const RuleText> all_rules();  // in the order of their strength
const RuleText* find_rule(std::string_view id);
std::string explain(const RuleText& rule);  // all its texts, for a person

// What a line in the log of a started server proves.
struct LogSign {
  std::string_view rule;
  std::string_view text;  // part of the line
  std::string_view sub_cause;
  std::string_view cure;  // instead of the rule's; empty = the rule's
};
std::span<const LogSign> all_log_signs();

}  // namespace mcplumb
