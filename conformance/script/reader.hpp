// Suite text to checks. Strict: whatever the language does not know is a mistake with a place, and all mistakes of a
// file are found in one go, up to a bound.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/script/check.hpp"
#include "conformance/script/diagnostic.hpp"
#include "conformance/script/node.hpp"

namespace mcplumb {

// What the reader cannot know from the file itself.
struct ReaderContext {
  std::vector<std::string> judges;           // what `judge:` may name; empty = anything
  std::vector<std::string> variables;        // names with a value from outside, usable as ${name}
  std::map<std::string, std::string> taken;  // ids of other suites' checks, and where they stand ("a.yaml:3:9")
  bool named_as_file = false;                // `suite:` must be the file's name without its ending
};

// "200ms", "5s", "2m", "1.5s"; nothing above 24 hours. For the command line too.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

struct ReadResult {
  Suite suite;  // to be used only if there are no problems
  std::vector<Diagnostic> problems;
};

ReadResult read_suite(std::string_view text, const std::string& file, const ReaderContext& context = {});
// The same for what is already composed. `text` is the file's, for check sources and the lines of diagnostics.
ReadResult read_suite(const Node& root, std::string_view text, const std::string& file,
                      const ReaderContext& context = {});

}  // namespace mcplumb
