// What the extension asks of skills, as far as it takes more than one look at one value.
// https://github.com/modelcontextprotocol/ext-skills, specification/stable/skills.mdx
#include "conformance/engine/skill_judges.hpp"

#include <map>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "client/text/sha256.hpp"
#include "client/text/utf8.hpp"
#include "conformance/engine/skill_facts.hpp"
#include "conformance/engine/skill_frontmatter.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kMostFiles = 512, kMostBytes = 16'777'216;

struct SkillLook {
  const JudgeInput& input;
  const SkillFacts& facts;
  JudgeResult& result;
  void blame(std::string path, std::string expected, std::string actual, std::size_t exchange) const {
    mcplumb::blame(result, input.severity, std::move(path), std::move(expected), std::move(actual), exchange);
  }
  void warn(std::string path, std::string expected, std::string actual, std::size_t exchange) const {
    mcplumb::blame(result, preferred(input.severity), std::move(path), std::move(expected), std::move(actual), exchange);
  }
};

std::string quoted_json(std::string_view text) { return shortened(serialize(json(std::string(text))), 100); }

bool is_skill_uri(std::string_view uri) {
  const std::size_t scheme = uri.find("://");
  return scheme != uri.npos && scheme > 0 && uri.ends_with("/SKILL.md") && uri.size() > scheme + 3 + 9;
}

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
    is_plain = is_plain && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                            static_cast<unsigned char>(c) >= 0x80);
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
    const bool fits = text.size() == 71 && text.starts_with("sha256:") &&
                      text.find_first_not_of("0123456789abcdef", 7) == text.npos;
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
        look.blame(outer.path + ".resources", "the files of the skill below it, too", quoted_json(uri) + " is not there",
                   outer.exchange);
    }
  }
}

void look_at_echo(const SkillLook& look, const SkillEntry& entry) {
  if (!entry.asked.empty() && entry.uri != entry.asked)
    look.blame("result.skill.uri", quoted_json(entry.asked), quoted_json(entry.uri), entry.exchange);
}

json comparable(const SkillEntry& entry) {
  json value = *entry.value;
  if (entry.is_static()) std::sort(value["resources"].begin(), value["resources"].end());
  return value;
}

// Both are snapshots: what differs from every entry of that URI in the list is wrong.
void look_at_both(const SkillLook& look, const SkillEntry& entry) {
  if (entry.asked.empty()) return;
  const SkillEntry* listed = nullptr;
  for (const SkillEntry& other : look.facts.entries) {
    if (!other.asked.empty() || other.uri != entry.uri) continue;
    if (comparable(other) == comparable(entry)) return;
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
      look.blame(entry.path + ".frontmatter.metadata", "no key with a reserved prefix", quoted_json(key), entry.exchange);
}

const SkillEntry* entry_of(const SkillFacts& facts, std::string_view uri) {
  for (const SkillEntry& entry : facts.entries)
    if (entry.uri == uri) return &entry;
  return nullptr;
}

// The hint what may have been hashed in place of what was sent.
std::string why_other_digest(const std::string& bytes, std::string_view digest) {
  std::string crlf;
  for (const char c : bytes) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  if ("sha256:" + sha256_hex("\xEF\xBB\xBF" + bytes) == digest) return ": with a byte order mark it would fit; serve a blob";
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
  if (last && last->is_of_keys == of_keys)
    look.blame(last->path, "as SKILL.md has it: " + last->written, last->entered, exchange);
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
                   "fields of the frontmatter under the prefix io.modelcontextprotocol.skills/", quoted_json(key), exchange);
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
      const bool differs = !is_new && comparable(*first->second) != comparable(*entry);
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
JudgeResult judge_entries(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no skill was listed");
  const SkillFacts facts = skill_facts(input.trace);
  for (const SkillEntry& entry : facts.entries) {
    ++result.judged;
    Rule({input, facts, result}, entry);
  }
  return result;
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

template <auto Rule>
JudgeResult judge_all(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no skill was seen there");
  const SkillFacts facts = skill_facts(input.trace);
  Rule({input, facts, result});
  return result;
}

constexpr NamedJudge kSkillJudges[] = {
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
    {"skill-digest", judge_reads<look_at_digest>},
    {"skill-size", judge_reads<look_at_size>},
    {"skill-generated", judge_reads<look_at_generated>},
    {"skill-beginning", judge_reads<look_at_beginning>},
    {"skill-frontmatter", judge_reads<look_at_frontmatter>},
    {"skill-all-fields", judge_reads<look_at_all_fields>},
    {"skill-media-type", judge_reads<look_at_media_type>},
    {"skill-links", judge_reads<look_at_links>},
    {"skill-resource-name", judge_all<look_at_resource_names>},
    {"skill-resource-description", judge_all<look_at_resource_descriptions>},
    {"skill-meta-keys", judge_all<look_at_meta_keys>},
    {"skill-names", judge_all<look_at_names>},
    {"skill-twice", judge_all<look_for_twice>},
    {"skill-split", judge_all<look_for_split>},
    {"skill-missing-files", judge_all<look_for_missing_files>},
};

}  // namespace

std::span<const NamedJudge> skill_judges() { return kSkillJudges; }

}  // namespace mcplumb
