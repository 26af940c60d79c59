#include "conformance/language/catalogue.hpp"

#include <algorithm>

#include "client/media_type.hpp"
#include "conformance/language/value_reader.hpp"
#include "conformance/language/yaml.hpp"

namespace mcplumb {
namespace {

class CatalogueReader : ValueReader {
 public:
  using ValueReader::ValueReader;

  CatalogueResult read(const Node& root) {
    CatalogueResult result;
    if (is_list(root, "a catalogue"))
      for (const Node& each : root.items)
        if (is_map(each, "a requirement")) add(result.rows, each);
    result.problems = release_problems();
    return result;
  }

 private:
  static constexpr std::string_view kKeys[] = {"id", "level", "who", "title", "observe"};
  static constexpr std::string_view kLevels[] = {"MUST", "MUST-NOT", "SHOULD", "SHOULD-NOT", "MAY", "INFO"};
  static constexpr std::string_view kParties[] = {"server", "client", "both"};

  void add(std::vector<Requirement>& rows, const Node& node) {
    Requirement made = row(node);
    const bool is_known =
        std::any_of(rows.begin(), rows.end(), [&](const Requirement& each) { return each.id == made.id; });
    if (is_known && !made.id.empty()) error(node, "there is a requirement " + in_ticks(made.id) + " already");
    rows.push_back(std::move(made));
  }

  std::string part(const Node& row, std::string_view key) {
    const Node* value = required(row, key, kKeys, "a requirement");
    return value != nullptr ? text(*value, in_ticks(key)) : "";
  }

  void check_word(const Node& row, std::string_view key, Words words) {
    if (const Node* value = row.find(key)) word(*value, words, in_ticks(key));
  }

  Requirement row(const Node& node) {
    check_word(node, "level", kLevels);
    check_word(node, "who", kParties);
    const Node* kind = node.find("kind");
    return {part(node, "id"),    part(node, "level"),   part(node, "who"),
            part(node, "title"), part(node, "observe"), kind != nullptr ? text(*kind, "`kind`") : ""};
  }
};

}  // namespace

bool Requirement::is_observable() const {
  const bool is_check = kind.empty() || kind == "server-check";
  return is_check && (who == "server" || who == "both") && !lower_case(observe).starts_with("not observable");
}

std::string Requirement::theme() const {
  static const std::set<std::string> kWide = {"transport", "ext", "auth"};
  const std::size_t dot = id.find('.');
  if (dot == std::string::npos || kWide.count(id.substr(0, dot)) == 0) return id.substr(0, dot);
  return id.substr(0, id.find('.', dot + 1));
}

CatalogueResult read_catalogue(std::string_view text, const std::string& file) {
  const YamlResult yaml = parse_yaml(text, file);
  if (!yaml.root || !yaml.problems.empty()) return {{}, yaml.problems};
  const SourceText source(file, text);
  return CatalogueReader(source).read(*yaml.root);
}

std::set<std::string, std::less<>> proven_rows(const std::vector<Suite>& suites) {
  std::set<std::string, std::less<>> rows;
  for (const Suite& suite : suites)
    for (const Check& check : suite.checks) {
      for (const auto& [row, mutants] : check.proofs)
        if (!mutants.empty()) rows.insert(row);
      for (const auto& [row, variants] : check.tolerates) rows.insert(row);
    }
  return rows;
}

Coverage coverage_of(const std::vector<Requirement>& rows, const std::set<std::string, std::less<>>& proven) {
  Coverage coverage;
  for (const Requirement& row : rows) {
    if (!row.is_observable()) continue;
    const bool is_covered = proven.count(row.id) != 0;
    for (Covered* each : {&coverage.total, &coverage.by_level[row.level], &coverage.by_theme[row.theme()][row.level]}) {
      ++each->all;
      if (is_covered) ++each->covered;
    }
    if (!is_covered) coverage.missing.push_back(&row);
  }
  return coverage;
}

}  // namespace mcplumb
