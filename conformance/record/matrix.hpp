// The same suite in several protocol revisions, as a plain value.
#pragma once

#include "conformance/record/run.hpp"

namespace mcplumb {

struct Matrix {
  struct Column {
    std::string revision;    // as it was proposed
    std::optional<Run> run;  // absent if the server does not speak it
    std::string problem;     // why it does not, one sentence
  };
  std::vector<Column> columns;  // newest first
};

// The code that counts most of those of its runs. A matrix without a run is kUnreachable.
ExitCode exit_code(const Matrix& matrix);

// An entry of a baseline that holds in one revision is not stale in the others.
void settle_stale_entries(Matrix& matrix);

// {"format", "tool", "target", "exit_code", "matrix": [{"revision", "problem" or "run"}]} (docs/report-json.md).
nlohmann::json to_json(const Matrix& matrix);
bool is_matrix(const nlohmann::json& value);
Result<Matrix> matrix_from_json(const nlohmann::json& value);

}  // namespace mcplumb
