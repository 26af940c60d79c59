// Which checks a pattern means: on the command line, and under `use:` in a suite.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/language/check.hpp"

namespace mcplumb {

// "session.*" matches "session.id.secure"; '*' any run of characters, '?' one.
bool glob_matches(std::string_view pattern, std::string_view text);
bool any_glob_matches(const std::vector<std::string>& patterns, std::string_view text);
// Those that match none of the texts. "*" stands for all there is, be it nothing.
std::vector<std::string> idle_globs(const std::vector<std::string>& patterns, const std::vector<std::string>& texts);

// "tag:slow" selects by tag, "tag:*" whatever has one; anything else is a glob over ids, or the name of an area or tag.
bool selects(std::string_view pattern, const Check& check);
bool any_selects(const std::vector<std::string>& patterns, const Check& check);

// What a pattern may name, for "did you mean": ids, areas, "tag:x".
std::vector<std::string> selectable(const std::vector<Suite>& suites);
// The same, with "session.*" and its kin if the pattern is a glob.
std::vector<std::string> selectable_by(std::string_view pattern, const std::vector<Suite>& suites);

// The built-in checks that the suites `use`, as they want them, in the order of the built-in suites. The last word on a
// check wins.
std::vector<Suite> used_checks(const std::vector<Suite>& built_in, const std::vector<Suite>& suites);

}  // namespace mcplumb
