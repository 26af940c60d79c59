// One judgment of a view, as the words of the matchers see it.
#pragma once

#include <concepts>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/language/matcher.hpp"

namespace mcplumb {

// A value that is looked at. nullptr: there is none.
struct Subject {
  const nlohmann::json* value;
  std::string path;
  bool header = false;  // the value of a header field: text
};

class Evaluation {
 public:
  // With `none`, a first mismatch is enough, and nobody reads it.
  enum class Words { all, none };
  // Both must outlive it.
  Evaluation(const Parts& view, const EvalContext& context, Words words = Words::all)
      : view_(view), context_(context), words_(words) {}

  void judge(const Expectation& expectation);
  void judge(const Matcher& matcher, const Subject& subject);
  // A judgment whose mismatches are of no interest.
  bool holds(const Matcher& matcher, const Subject& subject) const;
  // For words whose argument is a literal, which may hold names: `fits` compares the value with it.
  void judge_literal(const Clause& clause, const Subject& subject,
                     bool (*fits)(const nlohmann::json& value, const nlohmann::json& argument));

  // What was expected of the subject and did not hold, at the matcher that is being judged.
  void add(const Subject& subject, std::string expected);
  void add(const Subject& subject, const Clause& clause);  // described with the values of names, not the names

  template <std::invocable Say>  // with words that are made where they are read
  void add(const Subject& subject, const Say& say) {
    add(subject, says_why() ? std::string(say()) : std::string());
  }

  bool says_why() const { return words_ == Words::all; }
  bool is_full() const { return found_.size() >= (words_ == Words::none ? 1 : kMostMismatches); }
  const Parts& view() const { return view_; }
  const Variables& variables() const { return context_.variables; }
  const std::map<std::string, Matcher>& shapes() const { return context_.shapes; }
  std::vector<Mismatch> take() { return std::move(found_); }

 private:
  void judge(const Clause& clause, const Subject& subject);
  void add(const Subject& subject, const Clause& clause, nlohmann::json argument);

  const Parts& view_;
  const EvalContext& context_;
  Words words_;
  std::vector<Mismatch> found_;
  Position at_;
  int depth_ = 0;  // matchers in matchers, shapes included
};

// "absent" for nullptr.
std::string shown_actual(const nlohmann::json* value);

}  // namespace mcplumb
