#include "reports/matrix_report.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "conformance/record/json_text.hpp"
#include "reports/json_report.hpp"
#include "reports/layout.hpp"

namespace mcplumb {
namespace {

constexpr std::size_t kColumn = 12;  // "2025-11-25", "inconclusive" is cut to "unclear"

std::string to_width(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string word_of(const Run& run, const Outcome& outcome) {
  if (outcome.verdict == Verdict::pass && outcome.flaky()) return "flaky";
  std::string word(to_string(outcome.verdict));
  if (outcome.verdict == Verdict::inconclusive) word = "unclear";
  if (outcome.expected && outcome.verdict == outcome.expected->verdict && !is_unexpected(run, outcome))
    word = "(" + word + ")";
  return word;
}

bool worth_a_row(const Run& run, const Outcome& outcome) {
  return is_unexpected(run, outcome) || outcome.flaky() ||
         (outcome.verdict != Verdict::pass && outcome.verdict != Verdict::skip);
}

class MatrixReport {
 public:
  MatrixReport(const Matrix& matrix, const TerminalOptions& options)
      : matrix_(matrix), options_(options), paint_(options.color) {
    for (const Matrix::Column& column : matrix.columns) {
      if (!column.run) continue;
      spoken_.push_back(&column);
      for (const Outcome& outcome : column.run->outcomes) cells_[outcome.id][column.revision] = &outcome;
    }
  }

  std::string render() {
    if (spoken_.empty()) return head() + "\n" + verdict_sentence(matrix_) + "\n";
    name_width_ = std::max<std::size_t>(
        20, static_cast<std::size_t>(options_.width) -
                std::min<std::size_t>(static_cast<std::size_t>(options_.width), kColumn * spoken_.size() + 2));
    out_ = head() + "\n" + table() + details() + "\n";
    return out_ +
           paint_.verdict(exit_code(matrix_) == kConforms ? Verdict::pass : Verdict::fail, verdict_sentence(matrix_)) +
           "\n";
  }

 private:
  std::string head() const {
    std::string text;
    for (const Matrix::Column* column : spoken_) {
      if (!text.empty()) break;
      const Run& run = *column->run;
      text = paint_.dim("Target    ") + fitted(run.target, 200) + "\n";
      if (run.server)
        text += paint_.dim("Server    ") + fitted(run.server->name + " " + run.server->version, 120) + "\n" +
                paint_.dim("Transport ") + fitted(std::string(to_string(run.server->transport)), 40) + "\n";
    }
    for (const Matrix::Column& column : matrix_.columns)
      if (!column.run)
        text += paint_.dim("Not       ") + column.revision + ": " + wrapped(column.problem, 22, options_.width) + "\n";
    return text;
  }

  static std::string padded(const std::string& text, bool last) { return last ? text : to_width(text, kColumn); }

  // Ids in suite order, each once.
  std::vector<std::string> ids() const {
    std::vector<std::string> all;
    std::set<std::string> known;
    for (const Matrix::Column* column : spoken_)
      for (const Outcome& outcome : column->run->outcomes)
        if (known.insert(outcome.id).second) all.push_back(outcome.id);
    return all;
  }

  bool shown(const std::string& id) const {
    for (const Matrix::Column* column : spoken_) {
      const auto& row = cells_.at(id);
      const auto cell = row.find(column->revision);
      if (cell != row.end() && worth_a_row(*column->run, *cell->second)) return true;
    }
    return options_.verbose;
  }

  std::string table() const {
    std::string text = std::string(name_width_ + 2, ' ');
    for (const Matrix::Column* column : spoken_)
      text += paint_.bold(padded(column->revision, column == spoken_.back()));
    text += "\n";
    for (const std::string& id : ids())
      if (shown(id)) text += row(id);
    for (const char* what : {"passed", "failed", "warnings", "notes", "skipped", "inconclusive", "flaky"})
      text += count_row(what);
    return text;
  }

  std::string row(const std::string& id) const {
    std::string text = "  " + to_width(fitted(id, name_width_ - 1), name_width_);
    for (const Matrix::Column* column : spoken_) {
      const auto cell = cells_.at(id).find(column->revision);
      if (cell == cells_.at(id).end()) {
        text += padded("-", column == spoken_.back());
        continue;
      }
      const std::string word = padded(word_of(*column->run, *cell->second), column == spoken_.back());
      const Verdict verdict = cell->second->verdict;
      text += verdict == Verdict::skip ? paint_.dim(word) : paint_.verdict(verdict, word);
    }
    return text + "\n";
  }

  std::string count_row(const std::string& what) const {
    std::string text = "  " + to_width(what, name_width_);
    std::size_t all = 0;
    for (const Matrix::Column* column : spoken_) {
      const Summary s = summarize(*column->run);
      const std::map<std::string, std::size_t> counts = {{"passed", s.pass},   {"failed", s.fail},
                                                         {"warnings", s.warn}, {"notes", s.note},
                                                         {"skipped", s.skip},  {"inconclusive", s.inconclusive},
                                                         {"flaky", s.flaky}};
      all += counts.at(what);
      text += padded(std::to_string(counts.at(what)), column == spoken_.back());
    }
    const bool always = what == "passed" || what == "failed";
    return all > 0 || always ? paint_.bold(text) + "\n" : "";
  }

  // Each broken check with the evidence of the newest revision in which it is broken.
  std::string details() const {
    std::set<std::string> told;
    std::string text;
    for (const Matrix::Column* column : spoken_) {
      std::set<std::string> mine;
      for (const Outcome& outcome : column->run->outcomes)
        if (worth_a_row(*column->run, outcome) && told.insert(outcome.id).second) mine.insert(outcome.id);
      const std::string part = render_outcomes(*column->run, mine, options_);
      if (!part.empty()) text += "\n" + paint_.bold("in " + column->revision) + "\n" + part;
    }
    return text;
  }

  const Matrix& matrix_;
  const TerminalOptions& options_;
  Paint paint_;
  std::vector<const Matrix::Column*> spoken_;
  std::map<std::string, std::map<std::string, const Outcome*>> cells_;
  std::size_t name_width_ = 40;
  std::string out_;
};

}  // namespace

std::string verdict_sentence(const Matrix& matrix) {
  std::string good, bad;
  std::size_t spoken = 0;
  for (const Matrix::Column& column : matrix.columns) {
    if (!column.run) continue;
    ++spoken;
    std::string& list = exit_code(*column.run) == kConforms ? good : bad;
    list += (list.empty() ? "" : ", ") + column.revision;
  }
  if (spoken == 0) return "The server speaks none of the revisions that were tried.";
  if (bad.empty()) return "The server conforms in " + good + ".";
  for (const Matrix::Column& column : matrix.columns)
    if (column.run && spoken == 1) return verdict_sentence(*column.run);
  return "No pass in " + bad + (good.empty() ? "." : "; the server conforms in " + good + ".");
}

std::string render_matrix_terminal(const Matrix& matrix, const TerminalOptions& options) {
  return MatrixReport(matrix, options).render();
}

std::string render_matrix_json(const Matrix& matrix) { return json_text(to_json(matrix)); }

}  // namespace mcplumb
