// Judging a view by matchers: pure, and bounded whatever the server sent.
//
// Nothing here throws for any view. Depth of recursion is bounded, regular expressions give up, lists of mismatches
// end.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "conformance/language/check.hpp"
#include "conformance/language/interpolation.hpp"
#include "conformance/language/parts.hpp"

namespace mcplumb {

// One thing that did not hold, where exactly.
struct Mismatch {
  std::string path;      // "result.tools[3].inputSchema.type"
  std::string expected;  // in words: "an object", "at most 500"
  std::string actual;    // JSON text, shortened to about 200 characters; "absent" if there is nothing
  Position at;           // of the matcher in the suite
};

// What a matcher can refer to. Both must outlive the evaluation.
struct EvalContext {
  const std::map<std::string, Matcher>& shapes;  // of the suite
  const Variables& variables;
};

// Whether all of it holds. Quicker than what does not: it stops there, and finds no words for it.
bool holds(const Expectations& expectations, const Parts& view, const EvalContext& context);
bool holds(const Expectations& expectations, const nlohmann::json& view, const EvalContext& context);

// What does not hold of `view`, at most kMostMismatches; empty if all does.
constexpr std::size_t kMostMismatches = 20;
std::vector<Mismatch> evaluate(const Expectations& expectations, const Parts& view, const EvalContext& context);
std::vector<Mismatch> evaluate(const Expectations& expectations, const nlohmann::json& view,
                               const EvalContext& context);

}  // namespace mcplumb
