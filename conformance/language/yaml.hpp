// YAML text to a Node, strictly: the only file of the project that knows libyaml.
//
// Refused, each with its place: broken UTF-8, a key given twice, a key that is not text, a second document, anchors,
// aliases and tags, a value that is missing (`key:` and nothing), a number that no JSON number can hold, nesting deeper
// than 64, too many nodes, too long a file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/language/diagnostic.hpp"
#include "conformance/language/node.hpp"

namespace mcplumb {

struct YamlLimits {
  std::size_t bytes = 4 << 20;
  std::size_t nodes = 200'000;
  int depth = 64;
  std::size_t problems = 20;
};

struct YamlResult {
  std::optional<Node> root;  // absent if the text could not be read to its end
  std::vector<Diagnostic> problems;
};

YamlResult parse_yaml(std::string_view text, const std::string& file, const YamlLimits& limits = {});

}  // namespace mcplumb
