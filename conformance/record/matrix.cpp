#include "conformance/record/matrix.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

const Run* first_run(const Matrix& matrix) {
  for (const Matrix::Column& column : matrix.columns)
    if (column.run) return &*column.run;
  return nullptr;
}

bool holds_somewhere(const Matrix& matrix, const StaleEntry& entry) {
  for (const Matrix::Column& column : matrix.columns) {
    if (!column.run) continue;
    for (const Outcome& outcome : column.run->outcomes)
      if (outcome.id == entry.id && outcome.verdict == entry.expected.verdict) return true;
  }
  return false;
}

}  // namespace

ExitCode exit_code(const Matrix& matrix) {
  if (first_run(matrix) == nullptr) return kUnreachable;
  ExitCode worst = kConforms;
  for (const Matrix::Column& column : matrix.columns) {
    if (!column.run) continue;
    if (column.run->cancelled) return kNothingJudged;
    worst = weightier(worst, exit_code(*column.run));
  }
  return worst;
}

void settle_stale_entries(Matrix& matrix) {
  for (Matrix::Column& column : matrix.columns) {
    if (!column.run || !column.run->baseline) continue;
    std::vector<StaleEntry>& stale = column.run->baseline->stale;
    stale.erase(std::remove_if(stale.begin(), stale.end(),
                               [&](const StaleEntry& entry) { return holds_somewhere(matrix, entry); }),
                stale.end());
  }
}

json to_json(const Matrix& matrix) {
  json value = {{"format", Run::kFormat}, {"exit_code", exit_code(matrix)}, {"matrix", json::array()}};
  if (const Run* run = first_run(matrix)) {
    value["tool"] = "mcplumb " + run->tool_version;
    value["target"] = json::parse(serialize(run->target));
  }
  for (const Matrix::Column& column : matrix.columns) {
    json& entry = value["matrix"].emplace_back(json{{"revision", column.revision}});
    if (column.run)
      entry["run"] = to_json(*column.run);
    else
      entry["problem"] = json::parse(serialize(column.problem));
  }
  return value;
}

bool is_matrix(const json& value) { return member(value, "matrix") != nullptr; }

Result<Matrix> matrix_from_json(const json& value) {
  const json* columns = member(value, "matrix");
  if (columns == nullptr || !columns->is_array()) return failure("this is not a matrix of mcplumb", "/matrix");
  Matrix matrix;
  for (std::size_t i = 0; i < columns->size(); ++i) {
    const json& entry = (*columns)[i];
    const std::string where = "/matrix/" + std::to_string(i);
    Matrix::Column column;
    column.revision = std::string(string_member(entry, "revision"));
    column.problem = std::string(string_member(entry, "problem"));
    if (column.revision.empty()) return failure("a column of the matrix has no revision", where);
    if (const json* run = member(entry, "run")) {
      Result<Run> read = run_from_json(*run);
      if (!read) return failure(read.error().what, where + "/run" + read.error().where);
      column.run = std::move(*read);
    }
    matrix.columns.push_back(std::move(column));
  }
  return matrix;
}

}  // namespace mcplumb
