// A comparison of two runs, for people and for CI systems. Pure, like all reports; docs/gate.md shows each.
#pragma once

#include <string>

#include "conformance/compare/compare.hpp"
#include "reports/terminal_report.hpp"

namespace mcplumb {

// The answer in one line, what changed, the causes. With `verbose` the tolerated and the reworded ones in full, too.
std::string render_comparison(const Comparison& comparison, const TerminalOptions& options, bool strict);

std::string render_comparison_json(const Comparison& comparison, bool strict);

// A case for each difference, and one for each area without any, so that the file is never empty.
std::string render_comparison_junit(const Comparison& comparison, bool strict);

// For $GITHUB_STEP_SUMMARY, which takes at most 1 MiB: never larger than `most` bytes, and whole where it is cut.
std::string render_comparison_markdown(const Comparison& comparison, std::size_t most = 900'000);

// Workflow commands for GitHub: an error for each thing that broke, a warning for each that changed; ten of each, as
// GitHub shows no more of a step.
std::string render_annotations(const Comparison& comparison, bool strict);

// "break", "change", … in a table; "tolerated" for those.
std::string label_of(const Change& change);
// "mcp 1.22.0 -> 1.23.0"
std::string in_words(const VersionChange& change);

}  // namespace mcplumb
