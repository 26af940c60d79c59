#include <nlohmann/json.hpp>

#include "conformance/language/matcher.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestValue = 80, kLongestText = 600;
constexpr int kDeepestDescribed = 12;

std::string describe(const Matcher& matcher, int depth);

std::string with_article(const std::string& type) {
  if (type == "null") return "null";
  const bool vowel = type == "integer" || type == "object" || type == "array";
  return (vowel ? "an " : "a ") + type;
}

template <class List, class Text>
std::string joined(const List& list, const std::string& between, Text&& text) {
  std::string result;
  for (const auto& entry : list) {
    if (!result.empty()) result += between;
    result += text(entry);
    if (result.size() > kLongestText) return result + " …";
  }
  return result;
}

std::string values(const json& list) {
  if (!list.is_array()) return excerpt(list, kLongestValue);
  return joined(list, ", ", [](const json& value) { return excerpt(value, kLongestValue); });
}

std::string bare(const json& text) { return text.is_string() ? text.get<std::string>() : text.dump(); }

std::string describe_type(const json& types) {
  if (!types.is_array()) return with_article(bare(types));
  return joined(types, " or ", [](const json& type) { return with_article(bare(type)); });
}

std::string describe_fields(const Clause& clause, int depth) {
  return "an object with " + joined(clause.fields, ", ", [&](const auto& field) {
           const bool optional = !field.name.empty() && field.name.back() == '?';
           const std::string name = optional ? field.name.substr(0, field.name.size() - 1) : field.name;
           return "`" + name + "`" + (optional ? " (if there)" : "") + ": " + describe(field.matcher, depth - 1);
         });
}

std::string describe_size(const Clause& clause, int depth) {
  if (clause.matchers.empty()) return "of size " + bare(clause.value);
  return "of size " + describe(clause.matchers[0], depth - 1);
}

std::string describe_format(const std::string& format) {
  if (format == "uri") return "a URI";
  if (format == "uri-template") return "a URI template";
  if (format == "base64") return "base64 text";
  if (format == "date-time") return "a date and time (RFC 3339)";
  if (format == "visible-ascii") return "text of visible ASCII characters only";
  if (format == "revision") return "a published protocol revision";
  return format;
}

std::string describe_unique(const json& argument) {
  return argument.is_string() ? "no two elements with the same `" + bare(argument) + "`" : "no two equal elements";
}

std::string first(const Clause& clause, int depth) {
  return clause.matchers.empty() ? "" : describe(clause.matchers[0], depth - 1);
}

// Words with a value that is shown as it is.
std::string describe_simple(const std::string& word, const json& value) {
  if (word == "equals") return excerpt(value, kLongestValue);
  if (word == "one-of") return "one of " + values(value);
  if (word == "absent" || word == "present") return word;
  if (word == "matches") return "a string matching /" + bare(value) + "/";
  if (word == "contains") return "containing " + excerpt(value, kLongestValue);
  if (word == "starts-with") return "a string starting with " + excerpt(value, kLongestValue);
  if (word == "ends-with") return "a string ending with " + excerpt(value, kLongestValue);
  if (word == "min") return "at least " + bare(value);
  if (word == "max") return "at most " + bare(value);
  if (word == "above") return "more than " + bare(value);
  if (word == "below") return "less than " + bare(value);
  if (word == "has") return "an object with the keys " + joined(value, ", ", bare);
  if (word == "media-type") return "media type " + bare(value);
  if (word == "same-as") return "the same as `" + bare(value) + "`";
  if (word == "matches-schema") return "what the JSON Schema allows";
  if (word == "shape") return "the shape `" + bare(value) + "`";
  return word;
}

std::string describe(const Clause& clause, int depth) {
  const std::string& word = clause.word;
  const auto alternative = [&](const Matcher& matcher) { return describe(matcher, depth - 1); };
  if (depth <= 0) return "…";
  if (word == "not") return "not " + first(clause, depth);
  if (word == "any-of") return "either " + joined(clause.matchers, ", or ", alternative);
  if (word == "all-of") return joined(clause.matchers, " and ", alternative);
  if (word == "each") return "every element " + first(clause, depth);
  if (word == "some") return "at least one element " + first(clause, depth);
  if (word == "none") return "no element " + first(clause, depth);
  if (word == "type") return describe_type(clause.value);
  if (word == "size") return describe_size(clause, depth);
  if (word == "fields") return describe_fields(clause, depth);
  if (word == "unique") return describe_unique(clause.value);
  if (word == "format") return describe_format(bare(clause.value));
  return describe_simple(word, clause.value);
}

std::string describe(const Matcher& matcher, int depth) {
  return joined(matcher.clauses, " and ", [&](const Clause& clause) { return describe(clause, depth); });
}

}  // namespace

std::string describe(const Matcher& matcher) { return describe(matcher, kDeepestDescribed); }
std::string describe(const Clause& clause) { return describe(clause, kDeepestDescribed); }

}  // namespace mcplumb
