#include <nlohmann/json.hpp>

#include "cli/commands/commands.hpp"
#include "cli/commands/coverage.hpp"
#include "cli/input/suites.hpp"
#include "cli/output/terminal.hpp"
#include "conformance/language/describe_check.hpp"
#include "conformance/manifest/file_shapes.hpp"
#include "conformance/record/exit_code.hpp"
#include "conformance/record/json_text.hpp"
#include "conformance/shapes/table.hpp"

namespace mcplumb::cli {

int checks_command(const ChecksOptions& options) {
  if (options.shapes) {
    print(std::string(kWireShapes.substr(1)) + std::string(kFileShapes));
    return kConforms;
  }
  const std::vector<Suite> suites = load_suites(options.suites);
  if (!options.catalogues.empty()) {
    const std::vector<CatalogueFile> catalogues = read_catalogues(options.catalogues);
    print(options.json ? json_text(coverage_json(catalogues, suites), 2) : coverage_text(catalogues, suites));
    return kConforms;
  }
  if (options.json) {
    nlohmann::json all = nlohmann::json::array();
    for (const Suite& suite : suites)
      for (const Check& check : suite.checks) all.push_back(describe_json(check));
    print(json_text(all, 2));
    return kConforms;
  }
  std::string text;
  std::size_t count = 0;
  for (const Suite& suite : suites) {
    text += suite.name + ": " + suite.title + "\n";
    for (const Check& check : suite.checks) {
      text += "  " + describe_line(check) + "\n";
      ++count;
    }
  }
  print(text + std::to_string(count) + " checks. `mcplumb explain ID` tells more about one.\n");
  return kConforms;
}

}  // namespace mcplumb::cli
