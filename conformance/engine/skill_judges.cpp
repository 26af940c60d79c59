// What the extension asks of the entries of skills, as far as it takes more than one look at one value.
// https://github.com/modelcontextprotocol/ext-skills, specification/stable/skills.mdx
#include <map>
#include <set>

#include "client/text/utf8.hpp"
#include "conformance/engine/skill_look.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kMostFiles = 512, kMostBytes = 16'777'216;

std::string_view last_segment(const SkillEntry& entry) {
  std::string_view path = entry.uri;
  path = path.substr(0, path.size() - std::min<std::size_t>(path.size(), 9));  // "/SKILL.md"
  return path.substr(path.find_last_of('/') + 1);
}

void look_at_uri(const SkillLook& look, const SkillEntry& entry) {
  if (!is_skill_uri(entry.uri))
    look.blame(entry.path + ".uri", "a URI that ends in /SKILL.md", quoted_json(entry.uri), entry.exchange);
}

void look_at_name_in_uri(const SkillLook& look, const SkillEntry& entry) {
  const std::string name = entry.text("name");
  if (is_skill_uri(entry.uri) && !name.empty() && last_segment(entry) != name)
    look.blame(entry.path + ".uri", "a path whose last segment before /SKILL.md is the name " + quoted_json(name),
               quoted_json(entry.uri), entry.exchange);
}

void look_at_scheme(const SkillLook& look, const SkillEntry& entry) {
  if (is_skill_uri(entry.uri) && !entry.uri.starts_with("skill://"))
    mcplumb::blame(look.result, Verdict::note, entry.path + ".uri", "the scheme skill", quoted_json(entry.uri),
                   entry.exchange);
}

void look_at_segments(const SkillLook& look, const SkillEntry& entry) {
  constexpr std::string_view kAllowed = "-._~!$&'()*+,;=:@%/";
  for (const char c : std::string_view(entry.uri)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kAllowed.find(c) != kAllowed.npos) continue;
    return look.blame(entry.path + ".uri", "characters that RFC 3986 allows in the segments of a path",
                      quoted_json(entry.uri), entry.exchange);
  }
}

void look_at_name(const SkillLook& look, const SkillEntry& entry) {
  const std::string name = entry.text("name");
  const json* frontmatter = member(*entry.value, "frontmatter");
  if (frontmatter == nullptr || member(*frontmatter, "name") == nullptr) return;
  bool is_plain = !name.empty() && utf8_length(name) <= 64 && name.front() != '-' && name.back() != '-' &&
                  name.find("--") == name.npos;
  bool is_foreign = false;
  for (const char c : name) {
    is_foreign = is_foreign || static_cast<unsigned char>(c) >= 0x80;
    is_plain = is_plain &&
               ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || static_cast<unsigned char>(c) >= 0x80);
  }
  const std::string wanted = "1 to 64 of a-z, 0-9 and single hyphens inside";
  if (!is_plain) return look.blame(entry.path + ".frontmatter.name", wanted, quoted_json(name), entry.exchange);
  if (is_foreign) look.warn(entry.path + ".frontmatter.name", wanted, quoted_json(name), entry.exchange);
}

void look_at_description(const SkillLook& look, const SkillEntry& entry) {
  const json* frontmatter = member(*entry.value, "frontmatter");
  if (frontmatter == nullptr || member(*frontmatter, "description") == nullptr) return;
  const std::size_t length = utf8_length(entry.text("description"));
  if (length < 1 || length > 1024)
    look.blame(entry.path + ".frontmatter.description", "1 to 1024 characters", std::to_string(length), entry.exchange);
}

void look_at_own_file(const SkillLook& look, const SkillEntry& entry) {
  if (!entry.is_static()) return;
  std::size_t own = 0;
  for (const json* file : entry.files()) own += string_member(*file, "uri") == entry.uri ? 1 : 0;
  if (own == 0)
    look.blame(entry.path + ".resources", "an entry for " + quoted_json(entry.uri), "there is none", entry.exchange);
}

void look_for_repeated_files(const SkillLook& look, const SkillEntry& entry) {
  std::set<std::string_view> seen;
  for (const json* file : entry.files())
    if (!seen.insert(string_member(*file, "uri")).second)
      look.blame(entry.path + ".resources", "each file once", quoted_json(string_member(*file, "uri")) + " again",
                 entry.exchange);
}

void look_for_outside_files(const SkillLook& look, const SkillEntry& entry) {
  if (!is_skill_uri(entry.uri)) return;
  for (const json* file : entry.files()) {
    const std::string uri(string_member(*file, "uri"));
    const bool climbs = uri.find("/../") != uri.npos || uri.find("/./") != uri.npos || uri.ends_with("/..");
    if (!uri.starts_with(entry.root()) || climbs)
      look.blame(entry.path + ".resources", "files below " + entry.root(), quoted_json(uri), entry.exchange);
  }
}

void look_at_digest_form(const SkillLook& look, const SkillEntry& entry) {
  for (const json* file : entry.files()) {
    const json* digest = member(*file, "digest");
    if (digest == nullptr || !digest->is_string()) continue;
    const std::string& text = digest->get_ref<const std::string&>();
    const bool fits =
        text.size() == 71 && text.starts_with("sha256:") && text.find_first_not_of("0123456789abcdef", 7) == text.npos;
    if (!fits)
      look.blame(entry.path + ".resources[" + quoted_json(string_member(*file, "uri")) + "].digest",
                 "sha256: and 64 small hexadecimal digits", quoted_json(text), entry.exchange);
  }
}

void look_at_file_count(const SkillLook& look, const SkillEntry& entry) {
  if (entry.files().size() > kMostFiles)
    look.blame(entry.path + ".resources", "at most 512 files", std::to_string(entry.files().size()), entry.exchange);
}

void look_at_byte_count(const SkillLook& look, const SkillEntry& entry) {
  double sum = 0;
  for (const json* file : entry.files())
    if (const json* size = member(*file, "size"); size != nullptr && size->is_number()) {
      sum += size->get<double>();
      if (*size < 0) look.blame(entry.path + ".resources", "sizes from 0 on", serialize(*size), entry.exchange);
    }
  if (sum > static_cast<double>(kMostBytes))
    look.blame(entry.path + ".resources", "at most 16777216 bytes in all", std::to_string(static_cast<long long>(sum)),
               entry.exchange);
}

// The files of a skill that lies below another one are files of that one, too.
void look_at_nested_files(const SkillLook& look, const SkillEntry& outer) {
  if (!outer.is_static() || !is_skill_uri(outer.uri)) return;
  std::map<std::string_view, std::string_view> known;
  for (const json* file : outer.files()) known[string_member(*file, "uri")] = string_member(*file, "digest");
  for (const SkillEntry& inner : look.facts.entries) {
    if (inner.uri == outer.uri || !inner.uri.starts_with(outer.root())) continue;
    for (const json* file : inner.files()) {
      const std::string_view uri = string_member(*file, "uri");
      if (known.count(uri) == 0)
        look.blame(outer.path + ".resources", "the files of the skill below it, too",
                   quoted_json(uri) + " is not there", outer.exchange);
    }
  }
}

void look_at_echo(const SkillLook& look, const SkillEntry& entry) {
  if (!entry.asked.empty() && entry.uri != entry.asked)
    look.blame("result.skill.uri", quoted_json(entry.asked), quoted_json(entry.uri), entry.exchange);
}

// Both are snapshots: what differs from every entry of that URI in the list is wrong.
void look_at_both(const SkillLook& look, const SkillEntry& entry) {
  if (entry.asked.empty()) return;
  const SkillEntry* listed = nullptr;
  for (const SkillEntry& other : look.facts.entries) {
    if (!other.asked.empty() || other.uri != entry.uri) continue;
    if (other.comparable() == entry.comparable()) return;
    listed = &other;
  }
  if (listed != nullptr)
    look.blame("result.skill", "the entry as skills/list has it (#" + std::to_string(listed->exchange) + ")",
               "another one", entry.exchange);
}

void look_at_reserved_keys(const SkillLook& look, const SkillEntry& entry) {
  const json* frontmatter = member(*entry.value, "frontmatter");
  const json* metadata = frontmatter != nullptr ? member(*frontmatter, "metadata") : nullptr;
  if (metadata == nullptr || !metadata->is_object()) return;
  for (const auto& [key, value] : metadata->items())
    if (key.starts_with("io.modelcontextprotocol/"))
      look.blame(entry.path + ".frontmatter.metadata", "no key with a reserved prefix", quoted_json(key),
                 entry.exchange);
}

template <auto Rule>
JudgeResult judge_entries(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no skill was listed");
  const SkillFacts facts = skill_facts(input.trace);
  for (const SkillEntry& entry : facts.entries) {
    ++result.judged;
    Rule({input, facts, result}, entry);
  }
  return result;
}

constexpr NamedJudge kEntryJudges[] = {
    {"skill-uri", judge_entries<look_at_uri>},
    {"skill-name-in-uri", judge_entries<look_at_name_in_uri>},
    {"skill-scheme", judge_entries<look_at_scheme>},
    {"skill-segments", judge_entries<look_at_segments>},
    {"skill-name", judge_entries<look_at_name>},
    {"skill-description", judge_entries<look_at_description>},
    {"skill-own-file", judge_entries<look_at_own_file>},
    {"skill-files-once", judge_entries<look_for_repeated_files>},
    {"skill-files-inside", judge_entries<look_for_outside_files>},
    {"skill-digest-form", judge_entries<look_at_digest_form>},
    {"skill-file-count", judge_entries<look_at_file_count>},
    {"skill-byte-count", judge_entries<look_at_byte_count>},
    {"skill-nested-files", judge_entries<look_at_nested_files>},
    {"skill-echo", judge_entries<look_at_echo>},
    {"skill-same-entry", judge_entries<look_at_both>},
    {"skill-reserved-keys", judge_entries<look_at_reserved_keys>},
};

}  // namespace

std::span<const NamedJudge> skill_entry_judges() { return kEntryJudges; }

}  // namespace mcplumb
