// Matchers in plain English: "one of 200, 202", "a string matching /…/", "absent", "at most 500".
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "conformance/language/check.hpp"

namespace mcplumb {

constexpr int kDeepestDescribed = 12;

std::string describe(const Matcher& matcher, int depth = kDeepestDescribed);
std::string describe(const Clause& clause, int depth = kDeepestDescribed);

// For the words themselves.
std::string described_value(const nlohmann::json& value);      // JSON, cut where it is long
std::string described_text(const nlohmann::json& value);       // a text without its quotes
std::string described_first(const Clause& clause, int depth);  // its one matcher
std::string described_list(const nlohmann::json& list, const std::string& between,
                           std::string (*text)(const nlohmann::json& value));
std::string described_matchers(const Clause& clause, const std::string& between, int depth);
std::string described_fields(const Clause& clause, int depth);  // "`name`: a string, `title` (if there): a string"

}  // namespace mcplumb
