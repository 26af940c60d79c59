// The YAML at the beginning of a SKILL.md, and the JSON that a server makes of it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/language/node.hpp"

namespace mcplumb {

struct Frontmatter {
  std::string problem;       // why there is none, as what was found: "the first line is not ---"; empty: there is one
  bool is_odd = false;       // it is there behind blank lines
  std::optional<Node> yaml;  // absent: it is there, and more than this project reads of YAML
};

Frontmatter read_frontmatter(std::string_view file);

struct FrontmatterDifference {
  std::string path;  // "frontmatter.metadata.author"
  std::string expected, actual;
  bool is_of_keys = false;  // one of the two has no such key
};
// What YAML may become in JSON is not laid down: 1.0, dates, yes and no, the line break behind a block are no
// difference.
std::optional<FrontmatterDifference> first_difference(const Node& yaml, const nlohmann::json& entered,
                                                      std::string path);

}  // namespace mcplumb
