// The suite in several revisions: one table, then the evidence of what is broken, once each.
#pragma once

#include <string>

#include "conformance/record/matrix.hpp"
#include "reports/terminal_report.hpp"

namespace mcplumb {

std::string render_matrix_terminal(const Matrix& matrix, const TerminalOptions& options);
std::string render_matrix_json(const Matrix& matrix);

// "The server conforms in 3 revisions.", or what keeps it from that.
std::string verdict_sentence(const Matrix& matrix);

}  // namespace mcplumb
