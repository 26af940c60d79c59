// Expectations: maps from paths to matchers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/language/path_reader.hpp"
#include "conformance/language/reading.hpp"

namespace mcplumb {

class MatcherReader {
 public:
  // Both must outlive it.
  MatcherReader(const Reading& reading, PathReader& paths)
      : values_(reading.values), names_(reading.names), paths_(paths) {}

  // The names that `shape` may take.
  void know_shapes(std::vector<std::string> names) { shape_names_ = std::move(names); }

  Expectations expectations(const Node& node, View view) { return expectations(node, view, false); }
  // Expectations that may say `because`.
  Expectations requirements(const Node& node, View view) { return expectations(node, view, true); }
  // `as_text`: the value is a header field's, so numbers and true/false are
  // compared as they are written.
  Matcher matcher(const Node& node, bool as_text);

 private:
  Expectations expectations(const Node& node, View view, bool may_say_because);
  Clause clause(const Node& key, const Node& value, bool as_text);
  void read_argument(Clause& clause, const Node& value, bool as_text);
  void read_values(Clause& clause, const Node& value, bool as_text);
  void read_word_argument(Clause& clause, const Node& value);
  nlohmann::json matcher_literal(const Node& node, bool as_text);
  std::vector<Matcher> matchers(const Node& node, const std::string& what, bool as_text);
  void read_fields(Clause& clause, const Node& value);
  void read_type(Clause& clause, const Node& value);
  void read_pattern(Clause& clause, const Node& value);
  void read_number(Clause& clause, const Node& value);
  void read_size(Clause& clause, const Node& value);
  void read_media_type(Clause& clause, const Node& value);
  void read_unique(Clause& clause, const Node& value);
  void read_path_argument(Clause& clause, const Node& value);
  void read_schema(Clause& clause, const Node& value);
  void read_shape_name(Clause& clause, const Node& value);

  ValueReader& values_;
  NameReader& names_;
  PathReader& paths_;
  std::vector<std::string> shape_names_;
  std::optional<View> view_;  // what the matcher being read looks into; absent in shapes
};

}  // namespace mcplumb
