// One value of a suite file, with its place in the file: what the YAML composer makes and the reader reads.
//
// A plain (unquoted) scalar has a type only if it is a JSON literal: null, true, false or a number. Everything else is
// text: `no`, `off`, `012`, `2025-06-18`. The source text is kept, so a header can be compared with `1.10` as it was
// written.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace mcplumb {

struct Node {
  enum class Kind { scalar, list, map };
  Kind kind = Kind::scalar;
  bool plain = false;                // a scalar written without quotes
  int line = 0, column = 0;          // of the first character, from 1, columns in code points
  int end_line = 0, end_column = 0;  // just behind the last character
  std::string text;                  // of a scalar
  std::vector<Node> keys, values;    // of a map, in the order of the file; keys are scalars
  std::vector<Node> items;           // of a list

  bool operator==(const Node&) const = default;
  // The value under `key`, or nullptr; also for a node that is no map.
  const Node* find(std::string_view key) const;
};

enum class ScalarType { null, boolean, number, text };
ScalarType scalar_type(const Node& scalar);

// Whether the text is a number as JSON spells it.
bool is_json_number(std::string_view text);

// Integers of 64 bits stay exact. Recursion is as deep as the node, which the composer bounds.
nlohmann::json to_json(const Node& node);

// "a map", "a list", "a text", "a number", …: for messages.
std::string_view kind_text(const Node& node);

}  // namespace mcplumb
