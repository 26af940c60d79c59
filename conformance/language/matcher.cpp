#include "conformance/language/matcher.hpp"

#include "conformance/language/evaluation.hpp"

namespace mcplumb {

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
