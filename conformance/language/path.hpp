// A path into a view: `result.tools[0].name`, `events[-1].data`, `result._meta["com.example/key"]`.
//
// `header.NAME` ends with a field name: everything behind `header.` is the name, dots and brackets too, letters of any
// case. So do `request.header.NAME`, `on.header.NAME` and `last.header.NAME`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/result.hpp"
#include "conformance/language/parts.hpp"

namespace mcplumb {

struct PathStep {
  std::string key;
  bool is_index = false;
  long index = 0;  // negative: from the end
};

struct Path {
  std::vector<PathStep> steps;  // at least one; the first is a key
  bool header = false;          // the last step is a field name, what it finds is text
};

[[nodiscard]] Result<Path> parse_path(std::string_view text);

// The value that a path leads to; nothing if it leads nowhere or is no path.
std::optional<nlohmann::json> lookup(std::string_view path, const nlohmann::json& view);

// The value in the view, or nullptr if there is none.
const nlohmann::json* find_value(const Path& path, const nlohmann::json& view);
const nlohmann::json* find_value(const Path& path, const Parts& view);

// `base` with one more key, as a path is written: quoted in brackets where the key needs it.
// A key may be a server's: a very long one is cut, bytes that are not UTF-8 are replaced.
std::string path_below(const std::string& base, std::string_view key);
std::string path_below(const std::string& base, std::size_t index);
// The same for people: an element that has a name, as tools and prompts have, or a URI, as resources have, is called
// by that: result.tools["search"].
std::string path_below(const std::string& base, std::size_t index, const nlohmann::json& element);

}  // namespace mcplumb
