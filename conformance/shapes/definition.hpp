// The table of shapes, read: what a value of each name has to be, by revision.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/language/check.hpp"

namespace mcplumb {

// What one value has to be.
struct ValueForm {
  enum class Kind { any, text, integer, number, boolean, object, null, literal, format, named, list, map, either };
  Kind kind = Kind::any;
  std::string name{};              // literal: the text; format: its name; named: of what
  std::string words{};             // as the table has it, for messages
  double least = 0, most = 0;      // number, if least < most
  std::vector<ValueForm> parts{};  // list, map: of its values; either: one of these
};

struct ShapeMember {
  std::string name;
  bool optional = false;
  ValueForm form;
  RevisionRange range;
};

// All of one name that hold for a revision apply together.
struct ShapeDefinition {
  enum class Kind {
    object,  // has these members
    alias,   // is what `members[0]` says
    by,   // is what the member says whose name stands in the value at `key`, or is `otherwise` if nothing stands there
    has,  // is what the first member says that the value has, or the member `otherwise`
  };
  Kind kind = Kind::object;
  RevisionRange range;
  std::string key, otherwise;
  std::vector<ShapeMember> members;
};

using ShapeTable = std::map<std::string, std::vector<ShapeDefinition>, std::less<>>;

// Throws std::invalid_argument, with the line, for what is no such table, or names what it does not define.
ShapeTable read_shapes(std::string_view text);
// kWireShapes, read once.
const ShapeTable& wire_shapes();

}  // namespace mcplumb
