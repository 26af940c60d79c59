// What every strict file of ours needs to be read: typed values from Nodes, and
// mistakes with their place. A reader of one class derives from it (gate files,
// baselines); the readers of a suite share one (reading.hpp).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/language/check.hpp"
#include "conformance/language/diagnostic.hpp"
#include "conformance/language/node.hpp"
#include "conformance/language/suggestion.hpp"

namespace mcplumb {

constexpr std::size_t kMostProblems = 20;

inline std::string in_ticks(std::string_view text) { return "`" + std::string(text) + "`"; }

// Each function that takes a node reports what is wrong with it and returns
// something harmless. The text must outlive the reader.
class ValueReader {
 public:
  explicit ValueReader(const SourceText& source) : source_(source) {}
  ValueReader(const ValueReader&) = delete;
  ValueReader& operator=(const ValueReader&) = delete;

  const SourceText& source() const { return source_; }
  Position place(const Node& node) const { return {source_.file(), node.line, node.column}; }
  std::size_t problem_count() const { return problems_.size(); }
  std::vector<Diagnostic> release_problems() { return std::move(problems_); }

  void error(const Node& at, std::string message);
  bool is_map(const Node& node, const std::string& what);
  bool is_list(const Node& node, const std::string& what);
  void refuse_unknown_keys(const Node& map, Words known, const std::string& place);
  const Node* required(const Node& map, std::string_view key, Words known, const std::string& place);
  std::string text(const Node& node, const std::string& what);
  std::vector<std::string> texts(const Node& node, const std::string& what);
  std::optional<std::size_t> word(const Node& node, Words words, const std::string& what);
  bool flag(const Node& node, const std::string& what);
  long count(const Node& node, const std::string& what, long least);
  std::chrono::milliseconds duration(const Node& node, const std::string& what);
  std::vector<Budget> budgets(const Node& node);  // of `expect:` at the top of a file

 private:
  const SourceText& source_;
  std::vector<Diagnostic> problems_;
};

}  // namespace mcplumb
