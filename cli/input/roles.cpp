#include "cli/input/roles.hpp"

#include <algorithm>

#include "conformance/record/exercise.hpp"

namespace mcplumb::cli {
namespace {

constexpr RoleRow kRoles[] = {
    {"app", "has a page of the apps extension"},
    {"change-prompts", "changes the list of prompts"},
    {"change-resources", "changes the list of resources"},
    {"change-tools", "changes the list of tools"},
    {"content", "returns blocks of several types"},
    {"counter", "tells how far the tool of the role slow has come"},
    {"end-subscriptions", "makes the server end all subscriptions"},
    {"failing", "fails, and says so in its result"},
    {"handle", "takes a handle; given with one of something that does not exist"},
    {"header-params", "has arguments that headers repeat (x-mcp-header), and is given them"},
    {"identity", "says who asks, and only reads"},
    {"input", "asks the user by a form"},
    {"input-expiring", "asks, and takes no answer after three seconds"},
    {"input-once", "asks, and takes an answer once"},
    {"input-roots", "asks for the client's roots"},
    {"input-sampling", "asks the client's model"},
    {"input-url", "asks the user to open a page"},
    {"log", "writes log messages at several levels"},
    {"polling", "ends its stream early, and goes on when the client comes back"},
    {"private", "is for the user of --bearer, and not for that of --other-bearer"},
    {"progress", "reports progress for some hundred milliseconds"},
    {"refuses", "must refuse the arguments that it is given with; may be assigned several times"},
    {"slow", "takes some seconds, and can be cancelled"},
    {"structured", "returns structured content, and requires an argument"},
    {"task", "can be a task, and is done within seconds"},
    {"task-error", "can be a task, and ends in a JSON-RPC error"},
    {"task-failing", "can be a task, and fails with a result that has isError"},
    {"task-input", "can be a task, and asks the user for something"},
    {"task-inputs", "can be a task, and asks for several things at once"},
    {"task-required", "can only be a task"},
    {"task-rounds", "can be a task, and asks for one thing after the other"},
    {"task-slow", "can be a task, and takes longer than that; it is cancelled"},
    {"touch-resource", "changes a resource that was allowed by --resource"},
};

}  // namespace

std::span<const RoleRow> role_rows() { return kRoles; }

bool finds_itself(std::string_view role) {
  const auto seen = roles_to_be_seen();
  return std::find(seen.begin(), seen.end(), role) != seen.end();
}

std::string role_lines() {
  std::size_t widest = 0;
  for (const RoleRow& row : kRoles) widest = std::max(widest, row.role.size());
  std::string text = "Roles of --tool, and what such a tool does (*: found by themselves with --tools):\n";
  for (const RoleRow& row : kRoles)
    text += (finds_itself(row.role) ? "* " : "  ") + std::string(row.role) +
            std::string(widest + 2 - row.role.size(), ' ') + std::string(row.tool) + "\n";
  return text;
}

}  // namespace mcplumb::cli
