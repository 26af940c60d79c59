// The rules of a migration: what is gone or new in 2026-07-28, and by what evidence a run shows that it matters here.
#pragma once

#include "conformance/causes/fixed_list.hpp"
#include "conformance/causes/migration_evidence.hpp"

namespace mcplumb {

struct MigrationRule {
  std::string_view id;
  bool must;
  std::string_view title, todo, page;  // page: behind .../specification/2026-07-28/
  Evidence (*evidence)(const RunIndex& index, migration_evidence::Words words) = nullptr;
  FixedList<std::string_view, 5> words = {};  // what the evidence is about
};

std::span<const MigrationRule> migration_rules();  // in the order in which they are best done

// From a run that is over. Of a server that speaks 2026-07-28 the broken checks are what is left to do.
Migration plan_migration(const Run& run);

}  // namespace mcplumb
