#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "client/media_type.hpp"
#include "conformance/language/duration.hpp"
#include "conformance/language/matcher.hpp"
#include "conformance/language/path.hpp"
#include "conformance/language/pattern.hpp"
#include "conformance/record/words.hpp"
#include "conformance/schema/schema.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr int kDeepest = 100;  // of matchers in matchers, shapes included; the reader allows less

// A value that is looked at. nullptr: there is none.
struct Subject {
  const json* value;
  std::string path;
  bool header = false;  // the value of a header field: text
};

std::string shown(const json* value) { return value ? excerpt(*value) : "absent"; }

// One regular expression is used for thousands of messages.
Result<const Pattern*> compiled(const std::string& expression) {
  static constexpr std::size_t kMostCached = 500;
  thread_local std::unordered_map<std::string, Pattern> cache;
  if (const auto found = cache.find(expression); found != cache.end()) return &found->second;
  auto pattern = Pattern::compile(expression);
  if (!pattern) return tl::make_unexpected(pattern.error());
  if (cache.size() >= kMostCached) cache.clear();
  return &cache.emplace(expression, std::move(*pattern)).first->second;
}

// JSON knows one kind of number: 1.0 is an integer too.
bool is_integer(const json& value) {
  if (value.is_number_integer()) return true;
  return value.is_number_float() && std::floor(value.get<double>()) == value.get<double>();
}

bool has_type(const json& value, const std::string& type) {
  if (type == "string") return value.is_string();
  if (type == "integer") return is_integer(value);
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  return type == "null" && value.is_null();
}

// Type and subtype without parameters and blanks (RFC 9110, section 8.3.1).
std::string bare_media_type(std::string_view text) {
  text = text.substr(0, text.find(';'));
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  return lower_case(text.substr(start, text.find_last_not_of(" \t") - start + 1));
}

std::size_t size_of(const json& value) {
  return value.is_string() ? value.get_ref<const std::string&>().size() : value.size();
}

class Evaluator {
 public:
  Evaluator(const json& view, const EvalContext& context) : view_(view), context_(context) {}

  std::vector<Mismatch> take() { return std::move(found_); }

  void run(const Expectation& expectation) {
    const auto path = parse_path(expectation.path);
    if (!path) return add({nullptr, expectation.path}, "a path", expectation.at);
    judge(expectation.matcher, {find_value(*path, view_), expectation.path, path->header}, kDeepest);
  }

 private:
  void add(const Subject& subject, std::string expected, const Position& at) {
    if (found_.size() < kMostMismatches)
      found_.push_back({subject.path, std::move(expected), shown(subject.value), at});
  }
  // With the values of names, not the names.
  void add(const Subject& subject, Clause clause) {
    if (auto value = interpolate(clause.value, context_.variables)) clause.value = std::move(*value);
    add(subject, describe(clause), at_);
  }

  void judge(const Matcher& matcher, const Subject& subject, int depth);
  void judge(const Clause& clause, const Subject& subject, int depth);
  bool holds(const Matcher& matcher, const Subject& subject, int depth);
  void judge_value(Clause clause, const Subject& subject);
  void judge_logic(const Clause& clause, const Subject& subject, int depth);
  void judge_elements(const Clause& clause, const Subject& subject, int depth);
  void judge_fields(const Clause& clause, const Subject& subject, int depth);
  void judge_size(const Clause& clause, const Subject& subject, int depth);
  void judge_shape(const Clause& clause, const Subject& subject, int depth);
  void judge_unique(const Clause& clause, const Subject& subject);
  void judge_same(const Clause& clause, const Subject& subject);
  void judge_pattern(const Clause& clause, const Subject& subject);
  void judge_schema(const Clause& clause, const Subject& subject);
  bool value_holds(const Clause& clause, const Subject& subject) const;

  const json& view_;
  const EvalContext& context_;
  std::vector<Mismatch> found_;
  Position at_;
};

void Evaluator::judge(const Matcher& matcher, const Subject& subject, int depth) {
  const Position outer = std::exchange(at_, matcher.at);
  if (depth <= 0) {
    add(subject, "a value that is not nested too deep to judge", at_);
  } else {
    for (const Clause& clause : matcher.clauses) judge(clause, subject, depth);
  }
  at_ = outer;
}

// An inner judgment whose mismatches are of no interest.
bool Evaluator::holds(const Matcher& matcher, const Subject& subject, int depth) {
  Evaluator inner(view_, context_);
  inner.judge(matcher, subject, depth);
  return inner.found_.empty();
}

void Evaluator::judge(const Clause& clause, const Subject& subject, int depth) {
  const std::string& word = clause.word;
  if (found_.size() >= kMostMismatches) return;
  if (word == "absent") return subject.value ? add(subject, clause) : void();
  if (is_any_of(word, {"not", "any-of", "all-of"})) return judge_logic(clause, subject, depth);
  if (word == "shape") return judge_shape(clause, subject, depth);
  if (!subject.value) return add(subject, clause);
  if (word == "present") return;
  if (is_any_of(word, {"each", "some", "none"})) return judge_elements(clause, subject, depth);
  if (word == "fields") return judge_fields(clause, subject, depth);
  if (word == "size") return judge_size(clause, subject, depth);
  if (word == "unique") return judge_unique(clause, subject);
  if (word == "same-as") return judge_same(clause, subject);
  if (word == "matches") return judge_pattern(clause, subject);
  if (word == "matches-schema") return judge_schema(clause, subject);
  judge_value(clause, subject);
}

// Each place of the value that the schema refuses is a mismatch of its own.
void Evaluator::judge_schema(const Clause& clause, const Subject& subject) {
  const auto document = interpolate(clause.value, context_.variables);
  if (!document) return add(subject, describe(clause) + "; " + document.error().what, at_);
  const auto compiled = schema::Schema::compile(*document);
  if (!compiled) return add(subject, describe(clause) + ", but that is none: " + compiled.error().what, at_);
  const schema::Verdict verdict = compiled->check(*subject.value);
  for (const schema::Problem& problem : verdict.problems) {
    if (found_.size() >= kMostMismatches) return;
    add(subject,
        "by the schema at " + problem.schema + ": " + (problem.instance.empty() ? "it " : problem.instance + " ") +
            problem.what,
        at_);
  }
  if (!verdict.undecided.empty()) add(subject, describe(clause) + "; undecided: " + verdict.undecided, at_);
}

// Words whose argument is a literal, which may hold names.
void Evaluator::judge_value(Clause clause, const Subject& subject) {
  auto value = interpolate(clause.value, context_.variables);
  if (!value) return add(subject, describe(clause) + "; " + value.error().what, at_);
  clause.value = std::move(*value);
  const bool number_for_text = subject.header && clause.value.is_primitive() && !clause.value.is_string();
  if (number_for_text) clause.value = clause.value.dump();
  if (!value_holds(clause, subject)) add(subject, clause);
}

bool contains(const json& value, const json& part) {
  if (value.is_array()) return std::find(value.begin(), value.end(), part) != value.end();
  if (!value.is_string() || !part.is_string()) return false;
  return value.get_ref<const std::string&>().find(part.get_ref<const std::string&>()) != std::string::npos;
}

// A duration stands for its milliseconds.
bool number_holds(const std::string& word, const json& value, const json& bound) {
  if (bound.is_string()) {
    const auto span = parse_duration(bound.get_ref<const std::string&>());
    return span && number_holds(word, value, span->count());
  }
  if (!value.is_number() || !bound.is_number()) return false;
  if (word == "min") return value >= bound;
  if (word == "max") return value <= bound;
  return word == "above" ? value > bound : value < bound;
}

bool text_holds(const std::string& word, const std::string& text, const std::string& part) {
  if (word == "media-type") return bare_media_type(text) == lower_case(part);
  if (word == "format") return has_format(text, part);
  const bool fits = text.size() >= part.size();
  if (word == "starts-with") return fits && text.compare(0, part.size(), part) == 0;
  return fits && text.compare(text.size() - part.size(), part.size(), part) == 0;
}

bool has_keys(const json& value, const json& keys) {
  return value.is_object() && keys.is_array() && std::all_of(keys.begin(), keys.end(), [&](const json& key) {
           return key.is_string() && value.contains(key.get_ref<const std::string&>());
         });
}

bool Evaluator::value_holds(const Clause& clause, const Subject& subject) const {
  const json& value = *subject.value;
  const std::string& word = clause.word;
  const json& argument = clause.value;
  if (word == "equals") return value == argument;
  if (word == "contains") return contains(value, argument);
  if (word == "has") return has_keys(value, argument);
  if (word == "one-of") return argument.is_array() && contains(argument, value);
  if (is_any_of(word, {"min", "max", "above", "below"})) return number_holds(word, value, argument);
  if (word == "type") {
    return std::any_of(argument.begin(), argument.end(),
                       [&](const json& type) { return type.is_string() && has_type(value, type.get<std::string>()); });
  }
  if (!value.is_string() || !argument.is_string()) return false;
  return text_holds(word, value.get_ref<const std::string&>(), argument.get_ref<const std::string&>());
}

void Evaluator::judge_logic(const Clause& clause, const Subject& subject, int depth) {
  if (clause.word == "all-of") {
    for (const Matcher& matcher : clause.matchers) judge(matcher, subject, depth - 1);
    return;
  }
  const auto inner_holds = [&](const Matcher& matcher) { return holds(matcher, subject, depth - 1); };
  const bool any = std::any_of(clause.matchers.begin(), clause.matchers.end(), inner_holds);
  if (any == (clause.word == "not")) add(subject, clause);
}

// Elements of an array, or values of an object.
void Evaluator::judge_elements(const Clause& clause, const Subject& subject, int depth) {
  const json& value = *subject.value;
  if (!value.is_structured() || clause.matchers.empty()) return add(subject, "an array", at_);
  const Matcher& matcher = clause.matchers[0];
  std::size_t index = 0;
  for (auto it = value.begin(); it != value.end() && found_.size() < kMostMismatches; ++it, ++index) {
    const std::string path = value.is_object() ? path_below(subject.path, it.key()) : path_below(subject.path, index);
    const Subject element{&*it, path};
    if (clause.word == "each") {
      judge(matcher, element, depth - 1);
    } else if (holds(matcher, element, depth - 1)) {
      return clause.word == "none" ? add(element, "not " + describe(matcher), at_) : void();
    }
  }
  if (clause.word == "some") add(subject, clause);
}

void Evaluator::judge_fields(const Clause& clause, const Subject& subject, int depth) {
  if (!subject.value->is_object()) return add(subject, "an object", at_);
  for (const auto& [name, matcher] : clause.fields) {
    const bool optional = name.size() > 1 && name.back() == '?';
    const std::string key = optional ? name.substr(0, name.size() - 1) : name;
    const auto found = subject.value->find(key);
    const bool there = found != subject.value->end();
    if (there || !optional) judge(matcher, {there ? &*found : nullptr, path_below(subject.path, key)}, depth - 1);
  }
}

void Evaluator::judge_size(const Clause& clause, const Subject& subject, int depth) {
  const json& value = *subject.value;
  if (!value.is_string() && !value.is_structured()) return add(subject, "a string, an array or an object", at_);
  const json size = size_of(value);
  const Subject measured{&size, subject.path};
  if (!clause.matchers.empty()) {
    if (!holds(clause.matchers[0], measured, depth - 1)) {
      add(subject, describe(clause) + " (it is " + size.dump() + ")", at_);
    }
    return;
  }
  const auto wanted = interpolate(clause.value, context_.variables);
  if (!wanted || *wanted != size) add(subject, describe(clause) + " (it is " + size.dump() + ")", at_);
}

void Evaluator::judge_shape(const Clause& clause, const Subject& subject, int depth) {
  const auto found = context_.shapes.find(clause.value.is_string() ? clause.value.get<std::string>() : "");
  if (found == context_.shapes.end()) return add(subject, clause);
  judge(found->second, subject, depth - 1);
}

// By hash first: a list may be long, and is the server's.
void Evaluator::judge_unique(const Clause& clause, const Subject& subject) {
  if (!subject.value->is_array()) return add(subject, "an array", at_);
  const auto path = clause.value.is_string() ? parse_path(clause.value.get<std::string>()) : Result<Path>(Path{});
  if (!path) return add(subject, clause);
  std::unordered_multimap<std::size_t, std::size_t> seen;
  std::vector<const json*> values;
  for (std::size_t i = 0; i < subject.value->size(); ++i) {
    values.push_back(find_value(*path, (*subject.value)[i]));
    if (!values[i]) continue;
    const std::size_t hash = std::hash<json>{}(*values[i]);
    const auto [first, last] = seen.equal_range(hash);
    const auto twin = std::find_if(first, last, [&](const auto& entry) { return *values[entry.second] == *values[i]; });
    if (twin == last) {
      seen.emplace(hash, i);
      continue;
    }
    const std::string tail = clause.value.is_string() ? "." + clause.value.get<std::string>() : "";
    return add({values[i], path_below(subject.path, i) + tail},
               "different from `" + path_below(subject.path, twin->second) + tail + "`", at_);
  }
}

void Evaluator::judge_same(const Clause& clause, const Subject& subject) {
  const auto path = clause.value.is_string() ? parse_path(clause.value.get<std::string>()) : failure("no path");
  const json* other = path ? find_value(*path, view_) : nullptr;
  if (!other || *other != *subject.value) add(subject, describe(clause) + " (" + shown(other) + ")", at_);
}

void Evaluator::judge_pattern(const Clause& clause, const Subject& subject) {
  if (!subject.value->is_string() || !clause.value.is_string()) return add(subject, clause);
  const auto expression = interpolate_pattern(clause.value.get<std::string>(), context_.variables);
  if (!expression) return add(subject, describe(clause) + "; " + expression.error().what, at_);
  const auto pattern = compiled(*expression);
  if (!pattern) return add(subject, describe(clause) + "; " + pattern.error().what, at_);
  const auto match = (*pattern)->search(subject.value->get_ref<const std::string&>());
  if (match == Pattern::Match::yes) return;
  add(subject, describe(clause) + (match == Pattern::Match::gave_up ? " (the search took too long)" : ""), at_);
}

}  // namespace

std::vector<Mismatch> evaluate(const Expectations& expectations, const json& view, const EvalContext& context) {
  Evaluator evaluator(view, context);
  for (const Expectation& expectation : expectations.all) evaluator.run(expectation);
  return evaluator.take();
}

std::optional<json> lookup(std::string_view path, const json& view) {
  const auto parsed = parse_path(path);
  const json* found = parsed ? find_value(*parsed, view) : nullptr;
  return found ? std::optional<json>(*found) : std::nullopt;
}

}  // namespace mcplumb
