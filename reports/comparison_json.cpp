#include <nlohmann/json.hpp>

#include "conformance/record/diagnosis_json.hpp"
#include "conformance/record/json_text.hpp"
#include "reports/comparison_report.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

json span(Micros micros) { return micros == kNever ? json() : json(micros); }

json side_json(const Side& side) {
  const Summary& sum = side.summary;
  json value = {{"name", side.name},
                {"target", side.target},
                {"started", side.started},
                {"server", side.server},
                {"exit_code", side.exit_code},
                {"interrupted", side.interrupted},
                {"summary",
                 {{"pass", sum.pass},
                  {"fail", sum.fail},
                  {"warn", sum.warn},
                  {"note", sum.note},
                  {"skip", sum.skip},
                  {"inconclusive", sum.inconclusive}}},
                {"versions", side.versions},
                {"run_file", side.run_file},
                {"prepared_in", span(side.prepared_in)},
                {"ready_in", span(side.ready_in)}};
  if (!side.problem.empty()) value["problem"] = side.problem;
  if (!side.log.empty()) value["log"] = side.log;
  return value;
}

json change_json(const Change& change) {
  json value = {{"id", change.id},     {"area", to_string(change.area)}, {"effect", to_string(change.effect)},
                {"what", change.what}, {"before", change.before},        {"after", change.after},
                {"exchange", json()},  {"exchange_before", json()}};
  if (change.exchange) value["exchange"] = *change.exchange;
  if (change.exchange_before) value["exchange_before"] = *change.exchange_before;
  if (!change.tolerated.empty()) value["tolerated"] = change.tolerated;
  return value;
}

}  // namespace

std::string render_comparison_json(const Comparison& comparison, bool strict) {
  json value = {{"format", 1},
                {"kind", "comparison"},
                {"tool", "mcplumb " MCPLUMB_VERSION},
                {"title", comparison.title},
                {"answer", to_string(safety_of(comparison))},
                {"line", answer_line(comparison)},
                {"exit_code", exit_code(comparison, strict)},
                {"strict", strict},
                {"before", side_json(comparison.before)},
                {"after", side_json(comparison.after)},
                {"packages", json::array()},
                {"changes", json::array()},
                {"causes", json::array()},
                {"harm", comparison.harm},
                {"unheld", comparison.unheld},
                {"notes", comparison.notes},
                {"doubts", comparison.doubts}};
  for (const VersionChange& each : version_changes(comparison.before, comparison.after))
    value["packages"].push_back({{"package", each.package}, {"before", each.before}, {"after", each.after}});
  for (const Diagnosis& cause : comparison.causes) value["causes"].push_back(to_json(cause, DiagnosisIn::comparison));
  for (const Change& change : comparison.changes) value["changes"].push_back(change_json(change));
  return json_text(value, 2);
}

}  // namespace mcplumb
