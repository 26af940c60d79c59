// What the judgments about skills have in common. Private to them.
#pragma once

#include <string>
#include <string_view>

#include "client/jsonrpc/message.hpp"
#include "conformance/engine/message_judges.hpp"
#include "conformance/engine/skill_facts.hpp"

namespace mcplumb {

struct SkillLook {
  const JudgeInput& input;
  const SkillFacts& facts;
  JudgeResult& result;
  void blame(std::string path, std::string expected, std::string actual, std::size_t exchange) const {
    mcplumb::blame(result, input.severity, std::move(path), std::move(expected), std::move(actual), exchange);
  }
  void warn(std::string path, std::string expected, std::string actual, std::size_t exchange) const {
    mcplumb::blame(result, preferred(input.severity), std::move(path), std::move(expected), std::move(actual),
                   exchange);
  }
};

inline std::string quoted_json(std::string_view text) {
  return shortened(serialize(nlohmann::json(std::string(text))), 100);
}

inline bool is_skill_uri(std::string_view uri) {
  const std::size_t scheme = uri.find("://");
  return scheme != uri.npos && scheme > 0 && uri.ends_with("/SKILL.md") && uri.size() > scheme + 3 + 9;
}

inline const SkillEntry* entry_of(const SkillFacts& facts, std::string_view uri) {
  for (const SkillEntry& entry : facts.entries)
    if (entry.uri == uri) return &entry;
  return nullptr;
}

// By groups: about entries; about files that were read; about lists and directories.
std::span<const NamedJudge> skill_entry_judges();
std::span<const NamedJudge> skill_file_judges();
std::span<const NamedJudge> skill_list_judges();

}  // namespace mcplumb
