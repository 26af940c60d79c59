// A finished run for a person at a terminal. The options say whether to colour and how wide the screen is.
#pragma once

#include <set>
#include <string>

#include "conformance/record/run.hpp"

namespace mcplumb {

struct TerminalOptions {
  bool color = false;
  int width = 80;
  bool verbose = false;  // passes and the ids of skipped checks too
};

std::string render_terminal(const Run& run, const TerminalOptions& options);
// Only these outcomes, with their evidence.
std::string render_outcomes(const Run& run, const std::set<std::string>& ids, const TerminalOptions& options);

// "74 passed, 1 failed, 2 warnings, …" and what that means: "does not conform: 1 check failed".
std::string summary_line(const Summary& summary);
std::string verdict_sentence(const Run& run);
std::string attempt_line(const Attempt& attempt);  // "streamable-http, #0: answered 405"
std::string stale_line(const StaleEntry& entry);   // "http.accepts: expected fail, and it is pass"

}  // namespace mcplumb
