// What a run has seen of skills (io.modelcontextprotocol/skills): entries, and files that were read. Private to the
// judges of skills.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/engine/judges.hpp"

namespace mcplumb {

struct SkillEntry {
  const nlohmann::json* value;  // an object
  std::string uri, path;        // path: where it stands, "result.skills[2]"
  std::string asked;            // of skills/get: the URI that was asked for; empty: it was listed
  std::size_t exchange;

  // Of its frontmatter; empty if it is not there, or no text.
  std::string text(std::string_view member) const;
  // Its files, as far as they are objects with a URI.
  std::vector<const nlohmann::json*> files() const;
  bool is_static() const;
  nlohmann::json comparable() const;  // the files in an order of ours
  std::string root() const;           // its URI up to SKILL.md, with the slash
};

struct SkillFileRead {
  std::string uri, bytes;
  const nlohmann::json* item;  // of the contents
  std::size_t exchange;
};

// One walk through skills/list, from its first page on.
struct SkillWalk {
  std::vector<const SkillEntry*> entries;
};

struct SkillFacts {
  std::vector<SkillEntry> entries;  // in the order in which they came
  std::vector<SkillFileRead> reads;
  // Of resources/list and resources/directory/read, with the exchange.
  std::vector<std::pair<const nlohmann::json*, std::size_t>> resources;

  std::vector<SkillWalk> walks(const Trace& trace) const;
  // All that was ever said of the file with this URI.
  std::vector<const nlohmann::json*> said_of(std::string_view uri) const;
};

// Of requests that were not wrong on purpose.
SkillFacts skill_facts(const Trace& trace);

}  // namespace mcplumb
