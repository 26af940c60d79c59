// Holds a value against the table of shapes.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/shapes/definition.hpp"

namespace mcplumb {

inline constexpr std::size_t kDefectSize = 120;  // of what is shown of a value

struct ShapeDefect {
  std::string
      member;        // that of the table: "Tool.name", "tools/call.content"; of a union its name alone: "ContentBlock"
  std::string path;  // where in the value: "result.content[2].mimeType"
  std::string expected, actual;
};

struct ShapeLook {
  std::set<std::string, std::less<>> members;  // what there was to look at
  std::vector<ShapeDefect> defects;            // at most 50

  // As far as it is about members that one of these patterns means (`conforms`).
  bool is_about(const std::vector<std::string>& patterns) const;
  std::vector<const ShapeDefect*> defects_of(const std::vector<std::string>& patterns) const;
};

// `shape`: "result tools/list", "params notifications/message", "Tool". `path` is where the value stands. A shape that
// the revision does not have finds nothing, nor do members that it does not know: more members are always allowed.
ShapeLook look_at_shape(const ShapeTable& table, std::string_view shape, const nlohmann::json& value,
                        const std::string& path, std::string_view revision);
// Of a message that the server sent; `method` is its own, or that of the request which it answers.
ShapeLook look_at_message(const nlohmann::json& message, std::string_view method, std::string_view revision);

// All members that a table knows, as in ShapeDefect.
std::set<std::string, std::less<>> members_of(const ShapeTable& table);

}  // namespace mcplumb
