// What the extension asks of lists of skills, and of what lists and directories show of them.
// https://github.com/modelcontextprotocol/ext-skills, specification/stable/skills.mdx
#include <map>

#include "conformance/engine/skill_look.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

// In a list of resources, or in a directory.
void look_at_listed(const SkillLook& look, const char* of_resource) {
  for (const auto& [resource, exchange] : look.facts.resources) {
    const SkillEntry* entry = entry_of(look.facts, string_member(*resource, "uri"));
    const std::string wanted = entry != nullptr ? entry->text(of_resource) : "";
    if (wanted.empty()) continue;
    ++look.result.judged;
    const std::string_view actual = string_member(*resource, of_resource);
    if (actual != wanted)
      look.blame("result.resources[" + quoted_json(entry->uri) + "]." + of_resource, quoted_json(wanted),
                 actual.empty() ? "absent" : quoted_json(actual), exchange);
  }
}

void look_at_resource_names(const SkillLook& look) { look_at_listed(look, "name"); }
void look_at_resource_descriptions(const SkillLook& look) { look_at_listed(look, "description"); }

void look_at_meta_keys(const SkillLook& look) {
  for (const auto& [resource, exchange] : look.facts.resources) {
    const SkillEntry* entry = entry_of(look.facts, string_member(*resource, "uri"));
    const json* meta = member(*resource, "_meta");
    const json* frontmatter = entry != nullptr ? member(*entry->value, "frontmatter") : nullptr;
    if (frontmatter == nullptr || meta == nullptr || !meta->is_object()) continue;
    ++look.result.judged;
    for (const auto& [key, value] : meta->items())
      if (member(*frontmatter, key) != nullptr)
        look.blame("result.resources[" + quoted_json(entry->uri) + "]._meta",
                   "fields of the frontmatter under the prefix io.modelcontextprotocol.skills/", quoted_json(key),
                   exchange);
  }
}

// Of each walk through the list by itself.
void look_at_names(const SkillLook& look) {
  for (const SkillWalk& walk : look.facts.walks(look.input.trace)) {
    std::map<std::string, std::string> seen;
    for (const SkillEntry* entry : walk.entries) {
      ++look.result.judged;
      const auto [first, is_new] = seen.try_emplace(entry->text("name"), entry->uri);
      if (!is_new && first->second != entry->uri && !first->first.empty())
        look.blame("result.skills", "names that are unique", quoted_json(first->first) + " twice", entry->exchange);
    }
  }
}

void look_for_repeated(const SkillLook& look, bool with_other_files) {
  for (const SkillWalk& walk : look.facts.walks(look.input.trace)) {
    std::map<std::string, const SkillEntry*> seen;
    for (const SkillEntry* entry : walk.entries) {
      ++look.result.judged;
      const auto [first, is_new] = seen.try_emplace(entry->uri, entry);
      const bool differs = !is_new && first->second->comparable() != entry->comparable();
      if (!is_new && (differs || !with_other_files))
        look.blame("result.skills", "one entry for each skill, with all of its files",
                   quoted_json(entry->uri) + (differs ? " twice, with other files" : " twice"), entry->exchange);
    }
  }
}

void look_for_twice(const SkillLook& look) { look_for_repeated(look, false); }
void look_for_split(const SkillLook& look) { look_for_repeated(look, true); }

// What a directory shows of a skill must be among its files, in an entry that came after it or before.
void look_for_missing_files(const SkillLook& look) {
  for (const auto& [resource, exchange] : look.facts.resources) {
    const std::string uri(string_member(*resource, "uri"));
    if (string_member(*resource, "mimeType") == "inode/directory") continue;
    const SkillEntry* owner = nullptr;
    for (const SkillEntry& entry : look.facts.entries)
      if (entry.is_static() && is_skill_uri(entry.uri) && uri.starts_with(entry.root())) owner = &entry;
    if (owner == nullptr) continue;
    ++look.result.judged;
    if (look.facts.said_of(uri).empty())
      look.blame(owner->path + ".resources", "every file of the skill", quoted_json(uri) + " is not there", exchange);
  }
}

template <auto Rule>
JudgeResult judge_all(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no skill was seen there");
  const SkillFacts facts = skill_facts(input.trace);
  Rule({input, facts, result});
  return result;
}

constexpr NamedJudge kListJudges[] = {
    {"skill-resource-name", judge_all<look_at_resource_names>},
    {"skill-resource-description", judge_all<look_at_resource_descriptions>},
    {"skill-meta-keys", judge_all<look_at_meta_keys>},
    {"skill-names", judge_all<look_at_names>},
    {"skill-twice", judge_all<look_for_twice>},
    {"skill-split", judge_all<look_for_split>},
    {"skill-missing-files", judge_all<look_for_missing_files>},
};

}  // namespace

std::span<const NamedJudge> skill_list_judges() { return kListJudges; }

}  // namespace mcplumb
