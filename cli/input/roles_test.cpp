#include "cli/input/roles.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "conformance/language/pack.hpp"
#include "conformance/record/exercise.hpp"
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

TEST_CASE("roles: those that the built-in checks need") {
  std::set<std::string> rows, needed;
  for (const RoleRow& row : role_rows()) {
    CAPTURE(std::string(row.role));
    CHECK(rows.emplace(row.role).second);
    CHECK(row.tool.size() <= 80);
  }
  for (const auto& [role, areas] : roles_of_suites()) needed.insert(role);
  CHECK(rows == needed);
}

TEST_CASE("roles: what can be seen in calls is a role") {
  std::set<std::string_view> rows;
  for (const RoleRow& row : role_rows()) rows.insert(row.role);
  for (const std::string_view role : roles_to_be_seen()) CHECK_MESSAGE(rows.contains(role), std::string(role));
}

TEST_CASE("roles: the page about checks has each of them, with the areas of its checks") {
  std::ifstream in(MCPLUMB_SOURCE_DIR "/docs/checks.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  const std::map<std::string, std::string> areas = roles_of_suites();
  std::string table = "| `--tool ROLE=NAME` | a tool that | areas |\n| --- | --- | --- |\n";
  for (const RoleRow& row : role_rows()) {
    const std::string role(row.role);
    table += "| `" + role + (finds_itself(role) ? "` * | " : "` | ") + std::string(row.tool) + " | " +
             (areas.contains(role) ? areas.at(role) : "") + " |\n";
  }
  CAPTURE(table);
  CHECK(page.find(table) != std::string::npos);
}
