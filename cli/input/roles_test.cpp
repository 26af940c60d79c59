#include "cli/input/roles.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "conformance/language/pack.hpp"
#include "conformance/suites/builtin.hpp"

using namespace mcplumb;
using namespace mcplumb::cli;

namespace {

// The areas that need each role.
std::map<std::string, std::string> roles_of_suites() {
  std::map<std::string, std::set<std::string>> found;
  for (const Suite& suite : unpack_suites(packed_builtin_suites()))
    for (const Check& check : suite.checks)
      for (const Need& need : check.needs)
        if (need.kind == NeedKind::role) found[need.argument].insert(suite.name);
  std::map<std::string, std::string> all;
  for (const auto& [role, areas] : found)
    for (const std::string& area : areas) all[role] += (all[role].empty() ? "" : ", ") + area;
  return all;
}

}  // namespace

TEST_CASE("roles: those that the built-in checks need, with their areas") {
  std::map<std::string, std::string> rows;
  for (const RoleRow& row : role_rows()) {
    CAPTURE(std::string(row.role));
    CHECK(rows.emplace(row.role, row.areas).second);
    CHECK(row.tool.size() <= 80);
  }
  CHECK(rows == roles_of_suites());
}

TEST_CASE("roles: the page about checks has each of them") {
  std::ifstream in(MCPLUMB_SOURCE_DIR "/docs/checks.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  std::string table = "| `--tool ROLE=NAME` | a tool that | areas |\n| --- | --- | --- |\n";
  for (const RoleRow& row : role_rows())
    table += "| `" + std::string(row.role) + "` | " + std::string(row.tool) + " | " + std::string(row.areas) + " |\n";
  CAPTURE(table);
  CHECK(page.find(table) != std::string::npos);
}
