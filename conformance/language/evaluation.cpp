#include "conformance/language/evaluation.hpp"

#include <algorithm>
#include <utility>

#include "conformance/language/describe.hpp"
#include "conformance/language/excerpt.hpp"
#include "conformance/language/matcher_word.hpp"
#include "conformance/language/path.hpp"

namespace mcplumb {
namespace {

constexpr int kDeepest = 100;  // the reader allows less

// What a header holds is text, and the suite may say it as a number.
bool is_number_for_text(const Subject& subject, const nlohmann::json& value) {
  return subject.header && value.is_primitive() && !value.is_string();
}

bool may_hold_names(const nlohmann::json& value) {
  if (value.is_string()) return value.get_ref<const std::string&>().find("${") != std::string::npos;
  return value.is_structured() && std::any_of(value.begin(), value.end(), may_hold_names);
}

}  // namespace

std::string shown_actual(const nlohmann::json* value) { return value ? excerpt(*value) : "absent"; }

void Evaluation::judge(const Expectation& expectation) {
  const auto path = parse_path(expectation.path);
  at_ = expectation.at;
  if (!path) return add({nullptr, expectation.path}, "a path");
  judge(expectation.matcher, {find_value(*path, view_), expectation.path, path->header});
}

void Evaluation::judge(const Matcher& matcher, const Subject& subject) {
  const Position outer = std::exchange(at_, matcher.at);
  if (depth_ >= kDeepest) {
    add(subject, "a value that is not nested too deep to judge");
  } else {
    ++depth_;
    for (const Clause& clause : matcher.clauses) judge(clause, subject);
    --depth_;
  }
  at_ = outer;
}

void Evaluation::judge(const Clause& clause, const Subject& subject) {
  if (is_full()) return;
  if (!subject.value && clause.word->absence == Absence::refused) return add(subject, clause);
  clause.word->judge(*this, clause, subject);
}

bool Evaluation::holds(const Matcher& matcher, const Subject& subject) const {
  Evaluation inner(view_, context_, Words::none);
  inner.depth_ = depth_;
  inner.judge(matcher, subject);
  return inner.found_.empty();
}

void Evaluation::judge_literal(const Clause& clause, const Subject& subject,
                               bool (*fits)(const nlohmann::json& value, const nlohmann::json& argument)) {
  if (!is_number_for_text(subject, clause.value) && !may_hold_names(clause.value)) {
    if (!fits(*subject.value, clause.value)) add(subject, clause);
    return;
  }
  auto value = interpolate(clause.value, variables());
  if (!value) return add(subject, describe(clause) + "; " + value.error().what);
  if (is_number_for_text(subject, *value)) *value = value->dump();
  if (!fits(*subject.value, *value)) add(subject, clause, std::move(*value));
}

void Evaluation::add(const Subject& subject, std::string expected) {
  if (words_ == Words::none && found_.empty()) found_.emplace_back();
  if (!is_full()) found_.push_back({subject.path, std::move(expected), shown_actual(subject.value), at_});
}

void Evaluation::add(const Subject& subject, const Clause& clause) {
  if (!says_why()) return add(subject, std::string());
  auto value = interpolate(clause.value, variables());
  add(subject, clause, value ? std::move(*value) : clause.value);
}

void Evaluation::add(const Subject& subject, const Clause& clause, nlohmann::json argument) {
  if (!says_why()) return add(subject, std::string());
  Clause filled = clause;
  filled.value = std::move(argument);
  add(subject, describe(filled));
}

}  // namespace mcplumb
