// The formats that a report can be had in: one row each. From the rows come the flags of every command that takes
// reports, the files that are opened before the work, and what is written into them.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "conformance/compare/compare.hpp"
#include "conformance/record/matrix.hpp"

namespace mcplumb {

struct ReportFormat {
  // to_file: the flag takes a path. beside_terminal: it takes none, and the text follows the report on the terminal.
  enum class Goes { to_file, beside_terminal };

  std::string_view flag;  // "--json"
  Goes goes;
  std::string_view help;  // of the flag; "{}" stands for what is shown: "the run"
  // Null: of such a thing there is no report in this format. Who renders a run renders a matrix.
  std::string (*run)(const Run& run);
  std::string (*matrix)(const Matrix& matrix);
  std::string (*comparison)(const Comparison& comparison, bool strict);
};

std::span<const ReportFormat> report_formats();

}  // namespace mcplumb
