// Which names a suite declares and uses, and what those from outside are worth.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "conformance/language/reader.hpp"
#include "conformance/language/value_reader.hpp"

namespace mcplumb {

// The names a step may refer to: what stands before it in its check.
struct Scope {
  std::set<std::string> names, sessions, streams;
  std::set<std::string> used;  // of `names`, so far
};

class NameReader {
 public:
  // Both must outlive it.
  NameReader(ValueReader& values, const ReaderContext& outside)
      : values_(values), outside_(outside), variables_(outside.variables) {}

  // Declares what stands under `variables`, with the values from outside where
  // there are some.
  void read_variables(const Node& node);
  // A name that is being given: by `as`, `capture`, `shapes`.
  std::string name(const Node& node, const std::string& what);
  // Reports each `${name}` in the node that is not in scope.
  void check_names(const Node& node);
  nlohmann::json literal(const Node& node);  // with its names checked

  // A scope that holds what is known everywhere: built-in names and variables.
  void begin_scope();
  Scope& scope() { return scope_; }
  const Scope& scope() const { return scope_; }

  std::map<std::string, nlohmann::json> release_variables() { return std::move(variables_); }
  std::set<std::string> release_used_names() { return std::move(used_names_); }

 private:
  void read_variable(const Node& key, const Node& given);
  void read_environment(const Node& at, const std::string& name);

  ValueReader& values_;
  const ReaderContext& outside_;
  std::map<std::string, nlohmann::json> variables_;
  std::set<std::string> used_names_;
  Scope scope_;
};

}  // namespace mcplumb
