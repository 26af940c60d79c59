// Catalogues of requirements: YAML lists of rows, each with an id, its level, whom it binds and how it can be observed.
// Checks name the rows that they prove (`covers`).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/language/check.hpp"
#include "conformance/language/diagnostic.hpp"

namespace mcplumb {

struct Requirement {
  std::string id, level, who, title, observe;
  std::string kind;  // "server-check", "client-self-check", "no-test"; empty = a check of whom it binds
  // Of a server, and seen by who talks to it.
  bool is_observable() const;
  std::string theme() const;  // "tools", "transport.http": the start of its id
};

struct CatalogueResult {
  std::vector<Requirement> rows;
  std::vector<Diagnostic> problems;  // empty = all was read
};

CatalogueResult read_catalogue(std::string_view text, const std::string& file);

// Rows that a check proves with a mutant that breaks them, and permissions that a check tolerates with a variant that
// makes use of them.
std::set<std::string, std::less<>> proven_rows(const std::vector<Suite>& suites);

struct Covered {
  std::size_t covered = 0, all = 0;
};
struct Coverage {
  Covered total;
  std::map<std::string, Covered> by_level;
  std::map<std::string, std::map<std::string, Covered>> by_theme;  // and level
  std::vector<const Requirement*> missing;                         // of the rows, which must outlive this
};
Coverage coverage_of(const std::vector<Requirement>& rows, const std::set<std::string, std::less<>>& proven);

}  // namespace mcplumb
