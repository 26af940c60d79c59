#include "conformance/compare/surface_diff.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "client/jsonrpc/message.hpp"
#include "conformance/compare/schema_diff.hpp"
#include "conformance/compare/values.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

std::string ticks(std::string_view name) { return "`" + shortened(name, 80) + "`"; }

struct Kind {
  const char* plural;    // "tools": the part of ids
  const char* singular;  // "tool"
  const char* key;       // what names an item
};

class SurfaceDiff {
 public:
  SurfaceDiff(const Surface& before, const Surface& after, const Surface* newer)
      : before_(before), after_(after), newer_(newer) {}

  Changes run() {
    capabilities();
    list({"tools", "tool", "name"}, before_.tools, after_.tools);
    list({"prompts", "prompt", "name"}, before_.prompts, after_.prompts);
    list({"resources", "resource", "uri"}, before_.resources, after_.resources);
    list({"templates", "resource template", "uriTemplate"}, before_.templates, after_.templates);
    unreadable();
    return std::move(changes_);
  }

 private:
  void add(Effect effect, const std::string& id, std::string what, std::string before = {}, std::string after = {}) {
    Change change;
    change.id = "surface." + shortened(id, 200);
    change.area = Area::surface;
    change.effect = effect;
    change.what = std::move(what);
    change.before = std::move(before);
    change.after = std::move(after);
    changes_.push_back(std::move(change));
  }

  void capabilities() { capabilities(before_.capabilities, after_.capabilities, "", 0); }
  void capabilities(const json& was, const json& is, const std::string& path, int depth);
  void lost_capability(const json& value, const std::string& path);
  bool is_empty(const json& value, const std::string& path) const;
  bool is_newer(const json& value, const std::string& path) const;
  void list(const Kind& kind, const json& was, const json& is);
  void item(const Kind& kind, const std::string& name, const json& was, const json& is);
  void tool(const std::string& name, const json& was, const json& is);
  void schema(const std::string& name, const char* key, const json& was, const json& is, SchemaSide side);
  void task_support(const std::string& name, const json& was, const json& is);
  void arguments(const std::string& name, const json& was, const json& is);
  void texts(const Kind& kind, const std::string& name, const json& was, const json& is);
  void unreadable();

  const Surface &before_, &after_;
  const Surface* newer_;  // null: there is none
  Changes changes_;
};

// A capability is declared by its being there; booleans inside by being true.
void SurfaceDiff::capabilities(const json& was, const json& is, const std::string& path, int depth) {
  const auto declared = [](const json* value) {
    return value != nullptr && !value->is_null() && *value != json(false);
  };
  std::map<std::string, int> names;
  for (const json* side : {&was, &is})
    if (side->is_object())
      for (const auto& [name, value] : side->items()) names[name];
  for (const auto& [name, unused] : names) {
    const std::string full = path.empty() ? name : path + "." + name;
    const json *old_value = member(was, name), *new_value = member(is, name);
    if (declared(old_value) && !declared(new_value))
      lost_capability(*old_value, full);
    else if (!declared(old_value) && declared(new_value))
      add(Effect::safe, "capabilities." + full, "the capability " + ticks(full) + " is new");
    else if (declared(old_value) && depth < 4)
      capabilities(*old_value, *new_value, full, depth + 1);
  }
}

// Did it promise anything? What holds things that are declared one by one may hold none, and the lists of what is
// offered may be empty.
bool SurfaceDiff::is_empty(const json& value, const std::string& path) const {
  const auto lists_nothing = [](const json& list) { return list.is_array() && list.empty(); };
  if (path == "experimental" || path == "extensions") return value.is_object() && value.empty();
  if (path == "tools") return lists_nothing(before_.tools);
  if (path == "prompts") return lists_nothing(before_.prompts);
  const bool no_templates = before_.templates.is_null() || lists_nothing(before_.templates);
  return path == "resources" && lists_nothing(before_.resources) && no_templates;
}

// Names of extensions hold dots, so only the group is cut off the path.
bool SurfaceDiff::is_newer(const json& value, const std::string& path) const {
  const std::size_t dot = path.find('.');
  const json* there = newer_ != nullptr ? member(newer_->capabilities, path.substr(0, dot)) : nullptr;
  if (there != nullptr && dot != std::string::npos) there = member(*there, path.substr(dot + 1));
  if (there == nullptr || *there == json(false)) return false;
  if (!value.is_object()) return true;
  return std::all_of(value.items().begin(), value.items().end(),
                     [&](const auto& item) { return member(*there, item.key()) != nullptr; });
}

void SurfaceDiff::lost_capability(const json& value, const std::string& path) {
  const bool empty = is_empty(value, path), newer = is_newer(value, path);
  add(empty || newer ? Effect::changed : Effect::broken, "capabilities." + path,
      "the capability " + ticks(path) + " is not declared any more" +
          (newer   ? ", but in the newer era it is"
           : empty ? "; there was nothing in it"
                   : ""));
}

// By name; of two items with one name the first counts, as it does for most clients.
std::map<std::string, const json*> by_name(const json& list, const char* key) {
  std::map<std::string, const json*> items;
  if (list.is_array())
    for (const json& each : list)
      if (const std::string_view name = string_member(each, key); !name.empty()) items.emplace(name, &each);
  return items;
}

void SurfaceDiff::list(const Kind& kind, const json& was, const json& is) {
  const auto old_items = by_name(was, kind.key), new_items = by_name(is, kind.key);
  if (is.is_null()) {
    if (!old_items.empty())
      add(Effect::broken, kind.plural, "no " + std::string(kind.plural) + " are listed any more",
          std::to_string(was.size()), "none");
    return;
  }
  for (const auto& [name, value] : old_items) {
    const auto found = new_items.find(name);
    if (found != new_items.end()) {
      item(kind, name, *value, *found->second);
      continue;
    }
    std::string what = "the " + std::string(kind.singular) + " " + ticks(name) + " is gone";
    for (const auto& [other, candidate] : new_items)
      if (old_items.count(other) == 0 && same_value(member(*value, "inputSchema"), member(*candidate, "inputSchema")) &&
          same_value(member(*value, "description"), member(*candidate, "description")) &&
          value->contains("description"))
        what += "; perhaps it is called " + ticks(other) + " now";
    add(Effect::broken, std::string(kind.plural) + "." + name, std::move(what));
  }
  for (const auto& [name, value] : new_items)
    if (old_items.count(name) == 0)
      add(Effect::safe, std::string(kind.plural) + "." + name,
          "the " + std::string(kind.singular) + " " + ticks(name) + " is new");
}

void SurfaceDiff::item(const Kind& kind, const std::string& name, const json& was, const json& is) {
  if (was == is) return;
  if (kind.plural == std::string_view("tools")) tool(name, was, is);
  if (kind.plural == std::string_view("prompts")) arguments(name, was, is);
  texts(kind, name, was, is);
}

void SurfaceDiff::tool(const std::string& name, const json& was, const json& is) {
  static const json kNone;
  const auto at = [](const json& tool, const char* key) -> const json& {
    const json* found = member(tool, key);
    return found == nullptr ? kNone : *found;
  };
  const json &took = at(was, "inputSchema"), &takes = at(is, "inputSchema");
  if (took.is_object() && !takes.is_object())
    add(Effect::broken, "tools." + name + ".inputSchema", "tool " + ticks(name) + ": it has no inputSchema any more");
  else
    schema(name, "inputSchema", took, takes, SchemaSide::taken);
  if (!took.is_object() && takes.is_object())
    add(Effect::safe, "tools." + name + ".inputSchema", "tool " + ticks(name) + ": it has an inputSchema now");
  const json &gave = at(was, "outputSchema"), &gives = at(is, "outputSchema");
  if (gave.is_null() != gives.is_null())
    add(gives.is_null() ? Effect::broken : Effect::safe, "tools." + name + ".outputSchema",
        "tool " + ticks(name) +
            (gives.is_null() ? ": it has no outputSchema any more" : ": it has an outputSchema now"));
  else
    schema(name, "outputSchema", gave, gives, SchemaSide::given);
  task_support(name, was, is);
}

void SurfaceDiff::schema(const std::string& name, const char* key, const json& was, const json& is, SchemaSide side) {
  const bool taken = side == SchemaSide::taken;
  for (const SchemaChange& each : compare_schemas(was, is, side)) {
    const std::string subject =
        each.where.empty() ? "its " + std::string(key) : (taken ? "argument " : "result ") + ticks(each.where);
    add(each.effect, "tools." + name + "." + key + (each.where.empty() ? "" : "." + each.where),
        "tool " + ticks(name) + ": " + subject + " " + each.what, each.before, each.after);
  }
}

// A tool that can be called only as a task is out of reach for the clients of before.
void SurfaceDiff::task_support(const std::string& name, const json& was, const json& is) {
  const auto support = [](const json& tool) {
    const json* execution = member(tool, "execution");
    const std::string_view word = execution != nullptr ? string_member(*execution, "taskSupport") : "";
    return std::string(word.empty() ? "forbidden" : word);
  };
  const std::string before = support(was), after = support(is);
  if (before == after) return;
  const bool breaks = after == "required" || before == "required" || after == "forbidden";
  add(breaks ? Effect::broken : Effect::safe, "tools." + name + ".taskSupport",
      "tool " + ticks(name) + ": running it as a task is " + shortened(after, 20) + " now", before, after);
}

// Of a prompt.
void SurfaceDiff::arguments(const std::string& name, const json& was, const json& is) {
  static const json kNone = json::array();
  const auto at = [](const json& prompt) {
    const json* found = member(prompt, "arguments");
    return by_name(found == nullptr ? kNone : *found, "name");
  };
  const auto needed = [](const json& argument) {
    const json* flag = member(argument, "required");
    return flag != nullptr && *flag == json(true);
  };
  const auto old_ones = at(was), new_ones = at(is);
  const std::string id = "prompts." + name + ".arguments.", subject = "prompt " + ticks(name) + ": argument ";
  for (const auto& [argument, value] : old_ones) {
    const auto found = new_ones.find(argument);
    if (found == new_ones.end())
      add(Effect::broken, id + argument, subject + ticks(argument) + " is gone");
    else if (needed(*value) != needed(*found->second))
      add(needed(*value) ? Effect::safe : Effect::broken, id + argument,
          subject + ticks(argument) + (needed(*value) ? " is optional now" : " is required now"));
    else if (!same_value(member(*value, "description"), member(*found->second, "description")))
      add(Effect::wording, id + argument, subject + ticks(argument) + " has another description",
          shown_value(member(*value, "description")), shown_value(member(*found->second, "description")));
  }
  for (const auto& [argument, value] : new_ones)
    if (old_ones.count(argument) == 0)
      add(needed(*value) ? Effect::broken : Effect::safe, id + argument,
          subject + ticks(argument) + (needed(*value) ? " is new and required" : " is new"));
}

// What no program should rest on: all members but those that were looked at with care.
void SurfaceDiff::texts(const Kind& kind, const std::string& name, const json& was, const json& is) {
  std::map<std::string, int> keys;
  for (const json* side : {&was, &is})
    for (const auto& [key, value] : side->items()) keys[key];
  for (const auto& [key, unused] : keys) {
    if (key == "inputSchema" || key == "outputSchema" || key == "arguments" || key == "execution") continue;
    const json *before = member(was, key), *after = member(is, key);
    if (same_value(before, after)) continue;
    const bool weighs = key == "mimeType" || key == "annotations";
    add(weighs ? Effect::changed : Effect::wording, std::string(kind.plural) + "." + name + "." + key,
        std::string(kind.singular) + " " + ticks(name) + ": another " + shortened(key, 40), shown_value(before),
        shown_value(after));
  }
}

void SurfaceDiff::unreadable() {
  if (after_.problems == before_.problems) return;
  for (const std::string& problem : after_.problems)
    if (std::find(before_.problems.begin(), before_.problems.end(), problem) == before_.problems.end())
      add(Effect::broken, "lists", "a list could not be read: " + shortened(problem, 300));
}

}  // namespace

Changes compare_surfaces(const Surface& before, const Surface& after, const Surface* newer) {
  if (before.capabilities.is_null() && after.capabilities.is_null()) return {};
  return SurfaceDiff(before, after, newer).run();
}

}  // namespace mcplumb
