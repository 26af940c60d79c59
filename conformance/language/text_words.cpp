// Words about a text: matches, starts-with, ends-with, expands-to, media-type, format.
#include "client/media_type.hpp"
#include "conformance/language/describe.hpp"
#include "conformance/language/evaluation.hpp"
#include "conformance/language/format.hpp"
#include "conformance/language/interpolation.hpp"
#include "conformance/language/matcher_reader.hpp"
#include "conformance/language/matcher_word.hpp"
#include "conformance/language/pattern.hpp"
#include "conformance/language/uri_template.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

// An expression without names is compiled here, once for all values that it will see.
void read_pattern(MatcherReader& reader, Clause& clause, const Node& value, bool) {
  const std::string expression = reader.values().text(value, "`matches`");
  reader.names().check_names(value);
  clause.value = expression;
  if (refers_to_a_name(expression)) return;
  const auto plain = interpolate_pattern(expression, {});
  if (!plain) return;
  auto pattern = Pattern::compile(*plain);
  if (!pattern) return reader.values().error(value, "the regular expression is wrong: " + pattern.error().what);
  clause.pattern = std::make_shared<const Pattern>(std::move(*pattern));
}

// The expression with the values of its names.
Result<Pattern> compiled_with(const Variables& variables, const Clause& clause) {
  const auto expression = interpolate_pattern(clause.value.get<std::string>(), variables);
  return expression ? Pattern::compile(*expression) : tl::make_unexpected(expression.error());
}

void search(Evaluation& evaluation, const Clause& clause, const Subject& subject, const Pattern& pattern) {
  const auto match = pattern.search(subject.value->get_ref<const std::string&>());
  if (match == Pattern::Match::yes) return;
  evaluation.add(subject, [&] {
    return describe(clause) + (match == Pattern::Match::gave_up ? " (the search took too long)" : "");
  });
}

void judge_pattern(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  if (!subject.value->is_string() || !clause.value.is_string()) return evaluation.add(subject, clause);
  if (clause.pattern) return search(evaluation, clause, subject, *clause.pattern);
  const auto pattern = compiled_with(evaluation.variables(), clause);
  if (!pattern) return evaluation.add(subject, describe(clause) + "; " + pattern.error().what);
  search(evaluation, clause, subject, *pattern);
}

void read_part_of_text(MatcherReader& reader, Clause& clause, const Node& value, bool) {
  reader.values().text(value, in_ticks(clause.word->name));
  clause.value = reader.literal(value, true);
}

template <bool (*Holds)(const std::string& text, const std::string& argument)>
void judge_text(Evaluation& evaluation, const Clause& clause, const Subject& subject) {
  evaluation.judge_literal(clause, subject, [](const json& value, const json& argument) {
    return value.is_string() && argument.is_string() &&
           Holds(value.get_ref<const std::string&>(), argument.get_ref<const std::string&>());
  });
}

bool starts_so(const std::string& text, const std::string& part) { return text.starts_with(part); }
bool ends_so(const std::string& text, const std::string& part) { return text.ends_with(part); }

void read_media_type(MatcherReader& reader, Clause& clause, const Node& value, bool) {
  const std::string type = reader.values().text(value, "`media-type`");
  clause.value = type;
  reader.names().check_names(value);
  const std::size_t slash = type.find('/');
  const bool is_type = slash != std::string::npos && slash > 0 && slash + 1 < type.size() &&
                       type.find_first_of("; /", slash + 1) == std::string::npos;
  if (!is_type && !type.empty()) reader.values().error(value, "`media-type` must be type/subtype without parameters");
}

// Type and subtype without parameters and blanks (RFC 9110, section 8.3.1).
std::string bare_media_type(std::string_view text) {
  text = text.substr(0, text.find(';'));
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  return lower_case(text.substr(start, text.find_last_not_of(" \t") - start + 1));
}

bool has_media_type(const std::string& text, const std::string& type) {
  return bare_media_type(text) == lower_case(type);
}

void read_format(MatcherReader& reader, Clause& clause, const Node& value, bool) {
  const auto index = reader.values().word(value, format_words(), "format");
  clause.value = index ? std::string(format_words()[*index]) : "";
}

bool is_of_format(const std::string& text, const std::string& format) { return has_format(text, format); }

}  // namespace

constinit const MatcherWord kWordMatches{
    "matches", Absence::refused, read_pattern, judge_pattern,
    [](const Clause& clause, int) { return "a string matching /" + described_text(clause.value) + "/"; }};

constinit const MatcherWord kWordStartsWith{
    "starts-with", Absence::refused, read_part_of_text, judge_text<starts_so>,
    [](const Clause& clause, int) { return "a string starting with " + described_value(clause.value); }};

constinit const MatcherWord kWordEndsWith{
    "ends-with", Absence::refused, read_part_of_text, judge_text<ends_so>,
    [](const Clause& clause, int) { return "a string ending with " + described_value(clause.value); }};

constinit const MatcherWord kWordExpandsTo{
    "expands-to", Absence::refused, read_part_of_text, judge_text<expands_to>,
    [](const Clause& clause, int) { return "a URI template that expands to " + described_value(clause.value); }};

constinit const MatcherWord kWordMediaType{
    "media-type", Absence::refused, read_media_type, judge_text<has_media_type>,
    [](const Clause& clause, int) { return "media type " + described_text(clause.value); }};

constinit const MatcherWord kWordFormat{
    "format", Absence::refused, read_format, judge_text<is_of_format>,
    [](const Clause& clause, int) { return describe_format(described_text(clause.value)); }};

}  // namespace mcplumb
