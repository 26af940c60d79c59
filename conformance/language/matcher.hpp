// Judging a view by matchers: pure, and bounded whatever the server sent.
//
// Nothing here throws for any view. Depth of recursion is bounded, regular expressions give up, lists of mismatches
// end.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/language/check.hpp"
#include "conformance/language/interpolation.hpp"

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

// What does not hold of `view`, at most kMostMismatches; empty if all does.
constexpr std::size_t kMostMismatches = 20;
std::vector<Mismatch> evaluate(const Expectations& expectations, const nlohmann::json& view,
                               const EvalContext& context);

// The value that a path leads to; nothing if it leads nowhere or is no path.
std::optional<nlohmann::json> lookup(std::string_view path, const nlohmann::json& view);

// A matcher in plain English: "one of 200, 202", "a string matching /…/", "absent", "at most 500".
std::string describe(const Matcher& matcher);
std::string describe(const Clause& clause);

// JSON on one line, cut to about `longest` characters without ever writing out the whole value.
std::string excerpt(const nlohmann::json& value, std::size_t longest = 200);

// Whether the text has a format of the language ("uri", "base64", …; docs/suite-language.md#formats).
bool has_format(std::string_view text, std::string_view format);

}  // namespace mcplumb
