// What a server would have to change to speak revision 2026-07-28, as a plain value (docs/migrate.md).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mcplumb {

struct MigrationItem {
  std::string rule;  // "M-DISCOVER", or the id of a check that is broken
  bool must = true;  // false: it is only advised
  std::string title, todo;
  std::string spec;                    // URL, of a page of 2026-07-28
  std::vector<std::string> evidence;   // what of this very run says so, a sentence a line
  std::vector<std::size_t> exchanges;  // numbers in Run::trace that the evidence speaks of
};

struct Migration {
  bool arrived = false;              // the server speaks 2026-07-28; then the items are its rules that are broken
  std::string problem;               // why nothing can be said, one sentence; empty = it can
  std::vector<MigrationItem> items;  // in the order in which they are best done
};

}  // namespace mcplumb
