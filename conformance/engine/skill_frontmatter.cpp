#include "conformance/engine/skill_frontmatter.hpp"

#include <nlohmann/json.hpp>

#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "client/text/utf8.hpp"
#include "conformance/language/yaml.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_blank(std::string_view line) { return line.find_first_not_of(" \t") == line.npos; }

std::string without_end(std::string text) {
  while (text.ends_with('\n') || text.ends_with(' ')) text.pop_back();
  return text;
}

// A plain scalar that some version of YAML takes for something else than text.
bool is_ambiguous(const Node& scalar) {
  static const char* const kWords[] = {"yes", "no", "on", "off", "y", "n", "true", "false", "null", "~", ""};
  if (!scalar.plain) return false;
  const std::string small = lower_case(scalar.text);
  for (const char* word : kWords)
    if (small == word) return true;
  return small.find_first_of("0123456789") == 0 || small.find_first_of("+-.") == 0;
}

bool says_the_same(const Node& scalar, const json& entered) {
  if (entered.is_string() && without_end(entered.get<std::string>()) == without_end(scalar.text)) return true;
  return is_ambiguous(scalar) || to_json(scalar) == entered;
}

}  // namespace

Frontmatter read_frontmatter(std::string_view file) {
  Frontmatter found;
  file = without_byte_order_mark(file);
  std::string_view line = take_line(file);
  for (; is_blank(line) && !file.empty(); line = take_line(file)) found.is_odd = true;
  if (line != "---") {
    found.problem = "the first line is not ---";
    return found;
  }
  std::string block;
  for (line = take_line(file); line != "---" && !(line.empty() && file.empty()); line = take_line(file)) {
    block += line;
    block += '\n';
  }
  if (line != "---") {
    found.problem = "no --- closes it";
    return found;
  }
  YamlResult yaml = parse_yaml(block, "SKILL.md");
  if (!yaml.root || !yaml.problems.empty()) return found;
  if (yaml.root->kind != Node::Kind::map) found.problem = "it is " + std::string(kind_text(*yaml.root));
  for (const char* name : {"name", "description"})
    if (found.problem.empty() && yaml.root->find(name) == nullptr) found.problem = std::string("it has no ") + name;
  if (found.problem.empty()) found.yaml = std::move(yaml.root);
  return found;
}

std::optional<FrontmatterDifference> first_difference(const Node& yaml, const json& entered, std::string path) {
  const auto differs = [&](const std::string& expected) {
    return FrontmatterDifference{path, expected, shortened(serialize(entered), 80)};
  };
  if (yaml.kind == Node::Kind::scalar)
    return says_the_same(yaml, entered) ? std::nullopt : std::optional(differs("the value that SKILL.md has"));
  if (yaml.kind == Node::Kind::list) {
    if (!entered.is_array() || entered.size() != yaml.items.size())
      return differs("a list of " + std::to_string(yaml.items.size()) + ", as SKILL.md has it");
    for (std::size_t i = 0; i < yaml.items.size(); ++i)
      if (auto found = first_difference(yaml.items[i], entered[i], path + "[" + std::to_string(i) + "]")) return found;
    return std::nullopt;
  }
  if (!entered.is_object()) return differs("a map, as SKILL.md has it");
  for (std::size_t i = 0; i < yaml.keys.size(); ++i) {
    const std::string& key = yaml.keys[i].text;
    const json* value = member(entered, key);
    if (value == nullptr) return FrontmatterDifference{path + "." + key, "there, as in SKILL.md", "absent", true};
    if (auto found = first_difference(yaml.values[i], *value, path + "." + key)) return found;
  }
  for (const auto& [key, value] : entered.items())
    if (yaml.find(key) == nullptr)
      return FrontmatterDifference{path + "." + key, "absent, as in SKILL.md", "there", true};
  return std::nullopt;
}

}  // namespace mcplumb
