#include "conformance/language/expected_success.hpp"

#include "conformance/language/matcher_word.hpp"
#include "conformance/record/words.hpp"

namespace mcplumb {
namespace {

bool has_answer(const Step& step) {
  if (step.deliberate) return false;
  const bool waits = (step.verb == Verb::request || step.verb == Verb::call) && step.as.empty();
  return waits || step.verb == Verb::pages || step.verb == Verb::finish;
}

// An error would show in what is looked at there.
bool looks_at_errors(const std::string& path) {
  return is_any_of(path.substr(0, path.find_first_of(".[")),
                   {"error", "message", "messages", "failure", "status", "json", "body", "events", "ended", "last"});
}

// Whoever expects no result, expects an error.
bool expects_no_result(const Expectation& expectation) {
  const std::vector<Clause>& clauses = expectation.matcher.clauses;
  return expectation.path == "result" && clauses.size() == 1 && clauses[0].word == &kWordAbsent;
}

}  // namespace

void expect_success(Step& step) {
  if (!has_answer(step)) return;
  bool looks_at_is_error = false;
  for (const Expectations* list : {&step.expect, &step.prefer, &step.mention, &step.require}) {
    for (const Expectation& expectation : list->all) {
      if (looks_at_errors(expectation.path) || expects_no_result(expectation)) return;
      looks_at_is_error = looks_at_is_error || expectation.path == "result.isError" || expectation.path == "result";
    }
  }
  std::vector<Expectation> defaults;
  defaults.push_back({"result", {{{&kWordPresent, true}}, step.at}, step.at});
  if (step.verb == Verb::call && !looks_at_is_error) {
    const Matcher yes{{{&kWordEquals, true}}, step.at};
    defaults.push_back({"result.isError", {{{&kWordNot, nullptr, {yes}}}, step.at}, step.at});
  }
  step.expect.all.insert(step.expect.all.begin(), defaults.begin(), defaults.end());
}

}  // namespace mcplumb
