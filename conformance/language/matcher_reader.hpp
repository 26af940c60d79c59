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

  // A literal argument with its names checked.
  nlohmann::json literal(const Node& node, bool as_text);

  // For the words.
  ValueReader& values() { return values_; }
  NameReader& names() { return names_; }
  PathReader& paths() { return paths_; }
  const std::vector<std::string>& shape_names() const { return shape_names_; }
  std::optional<View> view() const { return view_; }  // what the matcher being read looks into; absent in shapes

 private:
  Expectations expectations(const Node& node, View view, bool may_say_because);
  std::optional<Clause> clause(const Node& key, const Node& value, bool as_text);

  ValueReader& values_;
  NameReader& names_;
  PathReader& paths_;
  std::vector<std::string> shape_names_;
  std::optional<View> view_;
};

}  // namespace mcplumb
