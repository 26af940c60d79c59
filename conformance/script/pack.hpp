// A suite file that has been checked, as bytes: its text and its nodes. Built-in suites are packed when the program is
// built, so that reading them at start needs no YAML. The same program packs and unpacks; the form is not kept stable.
#pragma once

#include <string>
#include <string_view>

#include "client/result.hpp"
#include "conformance/script/node.hpp"

namespace mcplumb {

struct PackedFile {
  std::string text;
  Node root;
};

std::string pack(const Node& root, std::string_view text);
[[nodiscard]] Result<PackedFile> unpack(std::string_view bytes);

}  // namespace mcplumb
