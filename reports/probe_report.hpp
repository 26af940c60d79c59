// What a probe found, in about twenty lines.
#pragma once

#include "conformance/assess/runner.hpp"
#include "reports/terminal_report.hpp"

namespace mcplumb {

std::string render_probe(const Probe& probe, const TerminalOptions& options);

}  // namespace mcplumb
