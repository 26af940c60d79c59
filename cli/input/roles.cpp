#include "cli/input/roles.hpp"

#include <algorithm>

namespace mcplumb::cli {
namespace {

constexpr RoleRow kRoles[] = {
    {"app", "has a page of the apps extension", "apps"},
    {"change-prompts", "changes the list of prompts", "changes, subscriptions"},
    {"change-resources", "changes the list of resources", "changes, subscriptions"},
    {"change-tools", "changes the list of tools", "changes, resumption, subscriptions"},
    {"content", "returns blocks of several types", "headers, tools"},
    {"counter", "tells how far the tool of the role slow has come", "headers, stateless"},
    {"end-subscriptions", "makes the server end all subscriptions", "subscriptions"},
    {"failing", "fails, and says so in its result", "tools"},
    {"handle", "takes a handle; given with one of something that does not exist", "stateless"},
    {"header-params", "has arguments that headers repeat (x-mcp-header), and is given them", "headers"},
    {"identity", "says who asks, and only reads", "security"},
    {"input", "asks the user by a form", "elicitation, input, stateless"},
    {"input-expiring", "asks, and takes no answer after three seconds", "input"},
    {"input-once", "asks, and takes an answer once", "input"},
    {"input-roots", "asks for the client's roots", "roots"},
    {"input-sampling", "asks the client's model", "cancellation, sampling"},
    {"input-url", "asks the user to open a page", "elicitation"},
    {"log", "writes log messages at several levels", "logging, results"},
    {"polling", "ends its stream early, and goes on when the client comes back", "resumption"},
    {"private", "is for the user of --bearer, and not for that of --other-bearer", "security"},
    {"progress", "reports progress for some hundred milliseconds",
     "headers, progress, results, resumption, streams, subscriptions, tasks"},
    {"refuses", "must refuse the arguments that it is given with; may be assigned several times", "tools"},
    {"slow", "takes some seconds, and can be cancelled", "cancellation, headers, stateless, subscriptions"},
    {"structured", "returns structured content, and requires an argument", "tools"},
    {"task", "can be a task, and is done within seconds", "tasks, tasks-extension"},
    {"task-error", "can be a task, and ends in a JSON-RPC error", "tasks, tasks-extension"},
    {"task-failing", "can be a task, and fails with a result that has isError", "tasks, tasks-extension"},
    {"task-input", "can be a task, and asks the user for something", "tasks, tasks-extension"},
    {"task-inputs", "can be a task, and asks for several things at once", "tasks-extension"},
    {"task-required", "can only be a task", "tasks, tasks-extension"},
    {"task-rounds", "can be a task, and asks for one thing after the other", "tasks-extension"},
    {"task-slow", "can be a task, and takes longer than that; it is cancelled", "tasks"},
    {"touch-resource", "changes a resource that was allowed by --resource", "resources, subscriptions"},
};

}  // namespace

std::span<const RoleRow> role_rows() { return kRoles; }

std::string role_lines() {
  std::size_t widest = 0;
  for (const RoleRow& row : kRoles) widest = std::max(widest, row.role.size());
  std::string text = "Roles of --tool, and what such a tool does:\n";
  for (const RoleRow& row : kRoles)
    text +=
        "  " + std::string(row.role) + std::string(widest + 2 - row.role.size(), ' ') + std::string(row.tool) + "\n";
  return text;
}

}  // namespace mcplumb::cli
