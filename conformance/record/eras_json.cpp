#include "conformance/record/eras_json.hpp"

namespace mcplumb {

using nlohmann::json;

json server_json(const ServerFacts& server) {
  return {{"name", server.name},
          {"version", server.version},
          {"title", server.title},
          {"revision", server.revision},
          {"transport", to_string(server.transport)},
          {"capabilities", server.capabilities}};
}

ServerFacts read_server(const JsonReader& in) {
  ServerFacts server;
  server.name = in.at("name").string();
  server.version = in.at("version").string();
  server.title = in.at("title").string();
  server.revision = in.at("revision").string();
  server.transport = in.at("transport").word(transport_kind_from);
  server.capabilities = in.at("capabilities").raw();
  return server;
}

json surface_json(const Surface& surface) {
  json value = {{"capabilities", surface.capabilities},  {"tools", surface.tools.json()},
                {"prompts", surface.prompts.json()},     {"resources", surface.resources.json()},
                {"templates", surface.templates.json()}, {"problems", json::array()}};
  for (const std::string& problem : surface.problems) value["problems"].push_back(problem);
  return value;
}

Surface read_surface(const JsonReader& in) {
  Surface surface;
  surface.capabilities = in.at("capabilities").raw();
  const auto list = [&](const char* key) {
    if (in.has(key) && !in.at(key).raw().is_array()) in.at(key).miss("a list");
    return in.at(key).raw();
  };
  surface.tools = list("tools");
  surface.prompts = list("prompts");
  surface.resources = list("resources");
  surface.templates = list("templates");
  in.at("problems").each([&](const JsonReader& each) { surface.problems.push_back(each.string()); });
  return surface;
}

json revision_verdict_json(const RevisionVerdict& verdict) {
  json value = {{"revision", verdict.revision}, {"verdict", to_string(verdict.verdict)}};
  if (!verdict.reason.empty()) value["reason"] = verdict.reason;
  return value;
}

RevisionVerdict read_revision_verdict(const JsonReader& in) {
  RevisionVerdict verdict;
  verdict.revision = in.at("revision").string();
  verdict.verdict = in.at("verdict").word(verdict_from);
  if (in.has("reason")) verdict.reason = in.at("reason").string();
  return verdict;
}

namespace {

json other_era_json(const OtherEra& era) {
  json value = {{"revision", era.revision}};
  if (era.server) value["server"] = server_json(*era.server);
  if (!era.problem.empty()) value["problem"] = era.problem;
  if (era.first_failure) value["first_failure"] = *era.first_failure;
  if (era.surface) value["surface"] = surface_json(*era.surface);
  return value;
}

json look_json(const RevisionLook& look) {
  json value = {{"revision", look.revision}, {"found", to_string(look.found)}};
  if (!look.problem.empty()) value["problem"] = look.problem;
  if (look.exchange) value["exchange"] = *look.exchange;
  return value;
}

std::optional<std::size_t> read_evidence(const JsonReader& in, const char* name, const Run& run) {
  if (!in.has(name)) return std::nullopt;
  const std::size_t number = in.at(name).count();
  if (number >= run.trace.exchanges.size()) in.at(name).miss("the number of an exchange of this run");
  return number;
}

}  // namespace

void write_eras(json& value, const Run& run) {
  if (run.other_era) value["other_era"] = other_era_json(*run.other_era);
  for (const RevisionLook& look : run.revisions) value["revisions"].push_back(look_json(look));
}

void read_eras(const JsonReader& in, Run& run) {
  if (in.has("other_era")) {
    const JsonReader at = in.at("other_era");
    OtherEra& era = run.other_era.emplace();
    era.revision = at.at("revision").string();
    if (at.has("server")) era.server = read_server(at.at("server"));
    if (at.has("problem")) era.problem = at.at("problem").string();
    era.first_failure = read_evidence(at, "first_failure", run);
    if (at.has("surface")) era.surface = read_surface(at.at("surface"));
  }
  if (!in.has("revisions")) return;
  in.at("revisions").each([&](const JsonReader& each) {
    RevisionLook look;
    look.revision = each.at("revision").string();
    look.found = each.at("found").word(revision_found_from);
    if (each.has("problem")) look.problem = each.at("problem").string();
    look.exchange = read_evidence(each, "exchange", run);
    run.revisions.push_back(std::move(look));
  });
}

}  // namespace mcplumb
