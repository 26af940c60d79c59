// A suite file that has been checked, as bytes: its text and its nodes. Built-in suites are packed when the program is
// built, so that reading them at start needs no YAML. The same program packs and unpacks; the form is not kept stable.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client/result.hpp"
#include "conformance/language/check.hpp"
#include "conformance/language/node.hpp"

namespace mcplumb {

struct PackedFile {
  std::string text;
  Node root;
};

std::string pack(const Node& root, std::string_view text);
[[nodiscard]] Result<PackedFile> unpack(std::string_view bytes);

struct PackedSuite {
  std::string_view file;  // "sessions.yaml"
  std::string_view bytes;
  std::string_view ids;  // of its checks, with a space between them: known without reading it
  bool holds(std::string_view id) const;
};

// Throws std::logic_error if the bytes are not what suite-pack wrote: then the build is broken.
std::vector<Suite> unpack_suites(std::span<const PackedSuite> packed);

}  // namespace mcplumb
