// The roles in which --tool allows a tool, for the help and the manual. Which checks need one stands with them; a test
// holds both, and docs/checks.md, together.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mcplumb::cli {

struct RoleRow {
  std::string_view role;
  std::string_view tool;  // what it must be: "reports progress while it runs"
};
std::span<const RoleRow> role_rows();
bool finds_itself(std::string_view role);  // with --tools

std::string role_lines();  // for help: a heading, and a line for each

}  // namespace mcplumb::cli
