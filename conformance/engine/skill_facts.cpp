#include "conformance/engine/skill_facts.hpp"

#include <algorithm>
#include <map>

#include "client/jsonrpc/message.hpp"
#include "client/text/base64.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

const json& list_in(const json& result, const char* name) {
  static const json kNone = json::array();
  const json* list = member(result, name);
  return list != nullptr && list->is_array() ? *list : kNone;
}

std::string asked_uri(const Exchange& request) {
  const json* params = member(request.message, "params");
  return params != nullptr ? std::string(string_member(*params, "uri")) : "";
}

void take_contents(SkillFacts& facts, const json& result, const Exchange& request) {
  for (const json& item : list_in(result, "contents")) {
    std::optional<std::string> bytes;
    if (const json* text = member(item, "text"); text != nullptr && text->is_string())
      bytes = text->get<std::string>();
    else if (const json* blob = member(item, "blob"); blob != nullptr && blob->is_string())
      bytes = from_base64(blob->get<std::string>());
    const std::string uri(string_member(item, "uri"));
    if (bytes && uri == asked_uri(request)) facts.reads.push_back({uri, std::move(*bytes), &item, request.number});
  }
}

void take_entry(SkillFacts& facts, const json& entry, const std::string& path, const Exchange& request, bool listed) {
  if (!entry.is_object()) return;
  facts.entries.push_back(
      {&entry, std::string(string_member(entry, "uri")), path, listed ? "" : asked_uri(request), request.number});
}

}  // namespace

std::string SkillEntry::text(std::string_view name) const {
  const json* frontmatter = member(*value, "frontmatter");
  return frontmatter != nullptr ? std::string(string_member(*frontmatter, name)) : "";
}

std::vector<const json*> SkillEntry::files() const {
  std::vector<const json*> all;
  for (const json& file : list_in(*value, "resources"))
    if (!string_member(file, "uri").empty()) all.push_back(&file);
  return all;
}

bool SkillEntry::is_static() const {
  const json* resources = member(*value, "resources");
  return resources != nullptr && resources->is_array();
}

json SkillEntry::comparable() const {
  json sorted = *value;
  if (is_static()) std::sort(sorted["resources"].begin(), sorted["resources"].end());
  return sorted;
}

std::string SkillEntry::root() const { return uri.substr(0, uri.find_last_of('/') + 1); }

std::vector<SkillWalk> SkillFacts::walks(const Trace& trace) const {
  std::vector<SkillWalk> all;
  struct Place {
    std::size_t walk, page;
  };
  std::map<std::pair<std::string_view, std::string_view>, Place> last;  // by session and purpose
  for (const SkillEntry& entry : entries) {
    if (!entry.asked.empty()) continue;
    const Exchange& asked = trace.exchanges[entry.exchange];
    const json* params = member(asked.message, "params");
    const bool goes_on = params != nullptr && params->contains("cursor");
    const auto [place, is_new] = last.try_emplace({asked.session, asked.purpose}, Place{all.size(), entry.exchange});
    if (is_new || (place->second.page != entry.exchange && !goes_on)) {
      place->second.walk = all.size();
      all.emplace_back();
    }
    place->second.page = entry.exchange;
    all[place->second.walk].entries.push_back(&entry);
  }
  return all;
}

std::vector<const json*> SkillFacts::said_of(std::string_view uri) const {
  std::vector<const json*> all;
  for (const SkillEntry& entry : entries)
    for (const json* file : entry.files())
      if (string_member(*file, "uri") == uri) all.push_back(file);
  return all;
}

SkillFacts skill_facts(const Trace& trace) {
  SkillFacts facts;
  for (const Received& received : trace.received) {
    if (!received.answers) continue;
    const Exchange& request = trace.exchanges[*received.answers];
    const json* result = member(received.value, "result");
    if (request.deliberate || result == nullptr || !result->is_object()) continue;
    const std::string_view method = string_member(request.message, "method");
    if (method == "skills/list") {
      std::size_t index = 0;
      for (const json& entry : list_in(*result, "skills"))
        take_entry(facts, entry, "result.skills[" + std::to_string(index++) + "]", request, true);
    } else if (const json* entry = member(*result, "skill"); entry != nullptr && method == "skills/get") {
      take_entry(facts, *entry, "result.skill", request, false);
    } else if (method == "resources/read") {
      take_contents(facts, *result, request);
    } else if (method == "resources/list" || method == "resources/directory/read") {
      for (const json& each : list_in(*result, "resources")) facts.resources.emplace_back(&each, request.number);
    }
  }
  return facts;
}

}  // namespace mcplumb
