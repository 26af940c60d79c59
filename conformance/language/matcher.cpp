#include "conformance/language/matcher.hpp"

#include "conformance/language/evaluation.hpp"

namespace mcplumb {

bool holds(const Expectations& expectations, const Parts& view, const EvalContext& context) {
  Evaluation evaluation(view, context, Evaluation::Words::none);
  for (const Expectation& expectation : expectations.all) {
    if (evaluation.is_full()) return false;
    evaluation.judge(expectation);
  }
  return evaluation.take().empty();
}

bool holds(const Expectations& expectations, const nlohmann::json& view, const EvalContext& context) {
  return holds(expectations, MembersOf(view), context);
}

std::vector<Mismatch> evaluate(const Expectations& expectations, const nlohmann::json& view,
                               const EvalContext& context) {
  return evaluate(expectations, MembersOf(view), context);
}

std::vector<Mismatch> evaluate(const Expectations& expectations, const Parts& view, const EvalContext& context) {
  Evaluation evaluation(view, context);
  for (const Expectation& expectation : expectations.all) evaluation.judge(expectation);
  return evaluation.take();
}

}  // namespace mcplumb
