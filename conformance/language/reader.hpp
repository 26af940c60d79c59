// Suite text to checks. Strict: whatever the language does not know is a mistake with a place, and all mistakes of a
// file are found in one go, up to a bound.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/language/check.hpp"
#include "conformance/language/diagnostic.hpp"
#include "conformance/language/node.hpp"

namespace mcplumb {

// What the reader cannot know from the file itself.
struct ReaderContext {
  std::vector<std::string> members;          // of the protocol's shapes, for `conforms`; empty = anything
  std::vector<std::string> judges;           // what `judge:` may name; empty = anything
  std::map<std::string, std::string> taken;  // ids of other suites' checks, and where they stand ("a.yaml:3:9")
  bool named_as_file = false;                // `suite:` must be the file's name without its ending

  // A user's suite: names, titles and levels may be left out, and an answer that is an error fails its step.
  bool own = false;
  const std::vector<Suite>* built_in = nullptr;     // what `use:` may name; null = anything
  std::map<std::string, nlohmann::json> variables;  // values from outside, for ${name}
  // For ${env:NAME}; null = not looked up.
  std::function<std::optional<std::string>(const std::string& name)> environment;
  bool only_listed = false;  // nothing will run, so values may be missing
};

struct ReadResult {
  Suite suite;                       // to be used only if there are no problems
  std::set<std::string> used_names;  // variables that it declares or refers to
  std::vector<Diagnostic> problems;
};

ReadResult read_suite(std::string_view text, const std::string& file, const ReaderContext& context = {});
// The same for what is already composed. `text` is the file's, for check sources and the lines of diagnostics.
ReadResult read_suite(const Node& root, std::string_view text, const std::string& file,
                      const ReaderContext& context = {});

}  // namespace mcplumb
