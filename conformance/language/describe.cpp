#include "conformance/language/describe.hpp"

#include "conformance/language/excerpt.hpp"
#include "conformance/language/matcher_word.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestValue = 80, kLongestText = 600;

template <class List, class Text>
std::string joined_words(const List& list, const std::string& between, Text&& text) {
  std::string result;
  for (const auto& entry : list) {
    if (!result.empty()) result += between;
    result += text(entry);
    if (result.size() > kLongestText) return result + " …";
  }
  return result;
}

}  // namespace

std::string describe(const Matcher& matcher, int depth) {
  return joined_words(matcher.clauses, " and ", [&](const Clause& clause) { return describe(clause, depth); });
}

std::string describe(const Clause& clause, int depth) {
  return depth <= 0 ? "…" : clause.word->describe(clause, depth);
}

std::string described_value(const json& value) { return excerpt(value, kLongestValue); }

std::string described_text(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::string described_first(const Clause& clause, int depth) {
  return clause.matchers.empty() ? "" : describe(clause.matchers[0], depth - 1);
}

std::string described_list(const json& list, const std::string& between, std::string (*text)(const json& value)) {
  return list.is_array() ? joined_words(list, between, text) : text(list);
}

std::string described_matchers(const Clause& clause, const std::string& between, int depth) {
  return joined_words(clause.matchers, between, [&](const Matcher& matcher) { return describe(matcher, depth - 1); });
}

std::string described_fields(const Clause& clause, int depth) {
  return joined_words(clause.fields, ", ", [&](const FieldMatcher& field) {
    return "`" + field.name + "`" + (field.optional ? " (if there)" : "") + ": " + describe(field.matcher, depth - 1);
  });
}

}  // namespace mcplumb
