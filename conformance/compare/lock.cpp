#include "conformance/compare/lock.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

struct List {
  const char* name;
  const char* key;  // what its items are sorted by
  KeptMessage Surface::*place;
};
constexpr List kLists[] = {{"tools", "name", &Surface::tools},
                           {"prompts", "name", &Surface::prompts},
                           {"resources", "uri", &Surface::resources},
                           {"templates", "uriTemplate", &Surface::templates}};

}  // namespace

json lock_of(const Run& run) {
  json lock = {{"format", kLockFormat}, {"kind", "surface"}};
  if (run.server)
    lock["server"] = {{"name", run.server->name}, {"version", run.server->version}, {"revision", run.server->revision}};
  if (!run.surface) return lock;
  lock["capabilities"] = run.surface->capabilities;
  for (const List& list : kLists) {
    json items = ((*run.surface).*list.place).json();
    if (items.is_array())
      std::stable_sort(items.begin(), items.end(), [&](const json& a, const json& b) {
        return string_member(a, list.key) < string_member(b, list.key);
      });
    lock[list.name] = std::move(items);
  }
  return json::parse(serialize(lock));
}

Result<Run> run_from_lock(const json& lock) {
  if (string_member(lock, "kind") != "surface")
    return failure(
        "this is not a surface lock: it has no \"kind\": \"surface\"; `mcplumb lock TARGET -o FILE` writes one",
        "/kind");
  const json* format = member(lock, "format");
  if (format == nullptr || *format != kLockFormat)
    return failure("the lock has format " + (format == nullptr ? "none" : serialize(*format)) +
                       ", and this mcplumb reads format " + std::to_string(kLockFormat),
                   "/format");
  Run run;
  if (const json* server = member(lock, "server")) {
    run.server.emplace();
    run.server->name = string_member(*server, "name");
    run.server->version = string_member(*server, "version");
    run.server->revision = string_member(*server, "revision");
  }
  run.surface.emplace();
  if (const json* capabilities = member(lock, "capabilities")) run.surface->capabilities = *capabilities;
  for (const List& list : kLists) {
    const json* items = member(lock, list.name);
    if (items != nullptr && !items->is_array() && !items->is_null())
      return failure("expected a list", "/" + std::string(list.name));
    if (items != nullptr) (*run.surface).*list.place = *items;
  }
  return run;
}

}  // namespace mcplumb
