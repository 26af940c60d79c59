#include "conformance/record/migration_json.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

json item_json(const MigrationItem& item) {
  json value = {{"rule", item.rule}, {"must", item.must},         {"title", item.title},        {"todo", item.todo},
                {"spec", item.spec}, {"evidence", json::array()}, {"exchanges", item.exchanges}};
  for (const std::string& line : item.evidence) value["evidence"].push_back(line);
  return value;
}

MigrationItem read_item(const JsonReader& in, std::size_t exchanges) {
  MigrationItem item;
  item.rule = in.at("rule").string();
  item.must = in.at("must").boolean();
  item.title = in.at("title").string();
  item.todo = in.at("todo").string();
  item.spec = in.at("spec").string();
  in.at("evidence").each([&](const JsonReader& line) { item.evidence.push_back(line.string()); });
  in.at("exchanges").each([&](const JsonReader& number) {
    item.exchanges.push_back(number.count());
    if (item.exchanges.back() >= exchanges) number.miss("the number of an exchange of this run");
  });
  return item;
}

}  // namespace

void write_migration(json& value, const Run& run) {
  if (!run.migration) return;
  json& migration = value["migration"] = {{"arrived", run.migration->arrived}, {"items", json::array()}};
  if (!run.migration->problem.empty()) migration["problem"] = run.migration->problem;
  for (const MigrationItem& item : run.migration->items) migration["items"].push_back(item_json(item));
}

void read_migration(const JsonReader& in, Run& run) {
  if (!in.has("migration")) return;
  const JsonReader migration = in.at("migration");
  run.migration.emplace();
  run.migration->arrived = migration.at("arrived").boolean();
  if (migration.has("problem")) run.migration->problem = migration.at("problem").string();
  migration.at("items").each(
      [&](const JsonReader& item) { run.migration->items.push_back(read_item(item, run.trace.exchanges.size())); });
}

}  // namespace mcplumb
