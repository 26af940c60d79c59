// The suites of a run: the built-in ones, or files of the user.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/language/check.hpp"

namespace mcplumb::cli {

// The built-in suites; or the files named, behind the built-in checks that they use. Throws UsageError with every
// mistake found in them. Without `variables` nothing will run, so none need have a value.
std::vector<Suite> load_suites(const std::vector<std::string>& files,
                               const std::vector<std::string>* variables = nullptr);

// The built-in suite that holds the check; the others are not read. Absent: none does.
std::optional<Suite> builtin_suite_of(std::string_view id);
std::vector<std::string> builtin_check_ids();  // without reading any suite

}  // namespace mcplumb::cli
