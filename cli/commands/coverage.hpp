// How much of catalogues of requirements the checks cover: `mcplumb checks --coverage FILE`.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "conformance/language/catalogue.hpp"

namespace mcplumb::cli {

struct CatalogueFile {
  std::string name;  // of the file
  std::vector<Requirement> rows;
};

// Throws UsageError with all mistakes in the files.
std::vector<CatalogueFile> read_catalogues(const std::vector<std::string>& files);
std::string coverage_text(const std::vector<CatalogueFile>& files, const std::vector<Suite>& suites);
nlohmann::json coverage_json(const std::vector<CatalogueFile>& files, const std::vector<Suite>& suites);

}  // namespace mcplumb::cli
