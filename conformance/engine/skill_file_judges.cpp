// What the extension asks of the files of skills: that they are what their entries say.
// https://github.com/modelcontextprotocol/ext-skills, specification/stable/skills.mdx
#include "client/media_type.hpp"
#include "client/text/sha256.hpp"
#include "conformance/engine/skill_frontmatter.hpp"
#include "conformance/engine/skill_look.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

// The hint what may have been hashed in place of what was sent.
std::string why_other_digest(const std::string& bytes, std::string_view digest) {
  std::string crlf;
  for (const char c : bytes) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  if ("sha256:" + sha256_hex("\xEF\xBB\xBF" + bytes) == digest)
    return ": with a byte order mark it would fit; serve a blob";
  if ("sha256:" + sha256_hex(crlf) == digest) return ": with CR LF it would fit; serve a blob";
  return "";
}

// What was read fits none of the entries, before and after it.
void look_at_digest(const SkillLook& look, const SkillFileRead& read) {
  const std::string digest = "sha256:" + sha256_hex(read.bytes);
  std::string_view last;
  for (const json* said : look.facts.said_of(read.uri)) {
    last = string_member(*said, "digest");
    if (last == digest) return;
  }
  if (!last.empty())
    look.blame("result.contents", "bytes with the digest " + std::string(last) + " (" + quoted_json(read.uri) + ")",
               digest + why_other_digest(read.bytes, last), read.exchange);
}

void look_at_size(const SkillLook& look, const SkillFileRead& read) {
  const json* last = nullptr;
  for (const json* said : look.facts.said_of(read.uri)) {
    const json* size = member(*said, "size");
    if (size == nullptr || !size->is_number()) continue;
    last = size;
    if (*size == read.bytes.size()) return;
  }
  if (last != nullptr)
    look.blame("result.contents", serialize(*last) + " bytes (" + quoted_json(read.uri) + ")",
               std::to_string(read.bytes.size()), read.exchange);
}

// Other bytes each time, and never those of the digest: what is generated has none.
void look_at_generated(const SkillLook& look, const SkillFileRead& read) {
  const std::string digest = "sha256:" + sha256_hex(read.bytes);
  for (const json* said : look.facts.said_of(read.uri))
    if (string_member(*said, "digest") == digest) return;
  if (look.facts.said_of(read.uri).empty()) return;
  for (const SkillFileRead& other : look.facts.reads)
    if (other.uri == read.uri && other.exchange < read.exchange && other.bytes != read.bytes)
      return look.blame("result.skill.resources", "\"dynamic\", as " + quoted_json(read.uri) + " is generated",
                        "digests that never fit", read.exchange);
}

void look_at_beginning(const SkillLook& look, const SkillFileRead& read) {
  if (entry_of(look.facts, read.uri) == nullptr) return;
  const Frontmatter found = read_frontmatter(read.bytes);
  const std::string wanted = "YAML frontmatter with name and description at the beginning of SKILL.md";
  if (!found.problem.empty()) return look.blame("result.contents", wanted, found.problem, read.exchange);
  if (found.is_odd) look.warn("result.contents", wanted, "blank lines before it", read.exchange);
}

void look_for_difference(const SkillLook& look, const SkillFileRead& read, bool of_keys) {
  const Frontmatter found = read_frontmatter(read.bytes);
  if (!found.yaml) return;
  std::optional<FrontmatterDifference> last;
  std::size_t exchange = read.exchange;
  for (const SkillEntry& entry : look.facts.entries) {
    const json* frontmatter = entry.uri == read.uri ? member(*entry.value, "frontmatter") : nullptr;
    if (frontmatter == nullptr || !frontmatter->is_object()) continue;
    last = first_difference(*found.yaml, *frontmatter, entry.path + ".frontmatter");
    exchange = entry.exchange;
    if (!last) return;
  }
  if (last && last->is_of_keys == of_keys) look.blame(last->path, last->expected, last->actual, exchange);
}

void look_at_frontmatter(const SkillLook& look, const SkillFileRead& read) { look_for_difference(look, read, false); }
void look_at_all_fields(const SkillLook& look, const SkillFileRead& read) { look_for_difference(look, read, true); }

void look_at_media_type(const SkillLook& look, const SkillFileRead& read) {
  if (entry_of(look.facts, read.uri) == nullptr) return;
  const std::string_view type = string_member(*read.item, "mimeType");
  if (!lower_case(std::string(type)).starts_with("text/markdown"))
    look.blame("result.contents", "mimeType text/markdown for SKILL.md", type.empty() ? "absent" : quoted_json(type),
               read.exchange);
}

// Links of Markdown without a scheme lead to files of the skill.
void look_at_links(const SkillLook& look, const SkillFileRead& read) {
  const SkillEntry* entry = entry_of(look.facts, read.uri);
  if (entry == nullptr || !entry->is_static()) return;
  for (std::size_t at = read.bytes.find("]("); at != std::string::npos; at = read.bytes.find("](", at + 2)) {
    const std::size_t end = read.bytes.find_first_of(") \n#", at + 2);
    if (end == std::string::npos) return;
    const std::string target = read.bytes.substr(at + 2, end - at - 2);
    const bool is_file = target.find_first_of(":{}<$") == target.npos && target.find('.') != target.npos &&
                         !target.starts_with('/') && !target.starts_with(".") && !target.ends_with('/');
    if (is_file && look.facts.said_of(entry->root() + target).empty())
      look.blame("result.contents", "links to files that the skill has", quoted_json(target), read.exchange);
  }
}

template <auto Rule>
JudgeResult judge_reads(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no file of a skill was read (--resource 'skill://*')");
  const SkillFacts facts = skill_facts(input.trace);
  for (const SkillFileRead& read : facts.reads) {
    if (entry_of(facts, read.uri) == nullptr && facts.said_of(read.uri).empty()) continue;
    ++result.judged;
    Rule({input, facts, result}, read);
  }
  return result;
}

constexpr NamedJudge kFileJudges[] = {
    {"skill-digest", judge_reads<look_at_digest>},           {"skill-size", judge_reads<look_at_size>},
    {"skill-generated", judge_reads<look_at_generated>},     {"skill-beginning", judge_reads<look_at_beginning>},
    {"skill-frontmatter", judge_reads<look_at_frontmatter>}, {"skill-all-fields", judge_reads<look_at_all_fields>},
    {"skill-media-type", judge_reads<look_at_media_type>},   {"skill-links", judge_reads<look_at_links>},
};

}  // namespace

std::span<const NamedJudge> skill_file_judges() { return kFileJudges; }

}  // namespace mcplumb
