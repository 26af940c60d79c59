#include "cli/commands/coverage.hpp"

#include <nlohmann/json.hpp>

#include "cli/input/files.hpp"
#include "cli/input/usage.hpp"

namespace mcplumb::cli {
namespace {

// In the order of their weight; what a catalogue has besides comes last.
constexpr std::string_view kLevelOrder[] = {"MUST", "MUST-NOT", "SHOULD", "SHOULD-NOT", "MAY", "INFO"};

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string in_figures(const Covered& covered) {
  return std::to_string(covered.covered) + "/" + std::to_string(covered.all);
}

std::string percent(const Covered& covered) {
  return covered.all == 0 ? "-" : std::to_string(100 * covered.covered / covered.all) + " %";
}

std::string table(const Coverage& coverage) {
  std::string text = padded("  theme", 20);
  for (const std::string_view level : kLevelOrder) text += padded(std::string(level), 11);
  text += "\n";
  const auto line = [&](const std::string& name, const std::map<std::string, Covered>& by_level) {
    text += padded("  " + name, 20);
    for (const std::string_view level : kLevelOrder) {
      const auto found = by_level.find(std::string(level));
      text += padded(found == by_level.end() ? "-" : in_figures(found->second), 11);
    }
    while (text.ends_with(' ')) text.pop_back();
    text += "\n";
  };
  for (const auto& [theme, by_level] : coverage.by_theme) line(theme, by_level);
  line("all", coverage.by_level);
  return text;
}

}  // namespace

std::vector<CatalogueFile> read_catalogues(const std::vector<std::string>& files) {
  std::vector<CatalogueFile> all;
  std::string problems;
  for (const std::string& file : files) {
    CatalogueResult read = read_catalogue(read_file(file), file);
    for (const Diagnostic& problem : read.problems) problems += render(problem);
    all.push_back({file.substr(file.find_last_of('/') + 1), std::move(read.rows)});
  }
  if (!problems.empty()) throw UsageError(problems);
  return all;
}

std::string coverage_text(const std::vector<CatalogueFile>& files, const std::vector<Suite>& suites) {
  const auto proven = proven_rows(suites);
  std::string text;
  for (const CatalogueFile& file : files) {
    const Coverage coverage = coverage_of(file.rows, proven);
    text += file.name + ": " + std::to_string(coverage.total.covered) + " of the " +
            std::to_string(coverage.total.all) +
            " requirements on servers that can be seen from outside are covered (" + percent(coverage.total) + ")\n\n" +
            table(coverage) + "\n";
    if (!coverage.missing.empty()) text += "  not covered\n";
    for (const std::string_view level : kLevelOrder)
      for (const Requirement* row : coverage.missing)
        if (row->level == level) text += "  " + padded(row->level, 11) + padded(row->id, 48) + " " + row->title + "\n";
    text += "\n";
  }
  return text;
}

nlohmann::json coverage_json(const std::vector<CatalogueFile>& files, const std::vector<Suite>& suites) {
  const auto proven = proven_rows(suites);
  nlohmann::json all = nlohmann::json::array();
  const auto figures = [](const Covered& covered) {
    return nlohmann::json{{"covered", covered.covered}, {"all", covered.all}};
  };
  for (const CatalogueFile& file : files) {
    const Coverage coverage = coverage_of(file.rows, proven);
    nlohmann::json made = {{"catalogue", file.name}, {"total", figures(coverage.total)}};
    for (const auto& [level, covered] : coverage.by_level) made["levels"][level] = figures(covered);
    for (const auto& [theme, by_level] : coverage.by_theme)
      for (const auto& [level, covered] : by_level) made["themes"][theme][level] = figures(covered);
    made["missing"] = nlohmann::json::array();
    for (const Requirement* row : coverage.missing)
      made["missing"].push_back({{"id", row->id}, {"level", row->level}, {"title", row->title}});
    all.push_back(std::move(made));
  }
  return all;
}

}  // namespace mcplumb::cli
