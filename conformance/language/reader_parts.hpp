// Private to the reader: one class, its parts in reader_{values,paths,matcher,step,check,shapes}.cpp.
#pragma once

#include <nlohmann/json.hpp>
#include <set>

#include "conformance/language/path.hpp"
#include "conformance/language/reader.hpp"
#include "conformance/language/value_reader.hpp"

namespace mcplumb {

// The names a step may refer to: what stands before it in its check.
struct Scope {
  std::set<std::string> names, sessions, streams;
};

class SuiteReader : private ValueReader {
 public:
  SuiteReader(const SourceText& source, const ReaderContext& context) : ValueReader(source), context_(context) {}
  Suite read(const Node& root);
  using ValueReader::take_problems;
  std::set<std::string> take_used_names() { return std::move(used_names_); }

 private:
  // Values. Each reports what is wrong and returns something harmless.
  std::string name(const Node& node, const std::string& what);
  std::vector<RevisionRange> revisions(const Node& node);
  RevisionRange revision_range(const Node& node);
  bool is_revision(const Node& at, const std::string& text);
  std::vector<std::string> transports(const Node& node);
  nlohmann::json literal(const Node& node);
  void check_names(const Node& node);
  Position place(const Node& node) const { return {source_.file(), node.line, node.column}; }

  // Paths.
  std::optional<Path> path(const Node& node, View view);
  void check_roots(const Node& node, const Path& path, View view);

  // Matchers and expectations.
  Expectations expectations(const Node& node, View view, bool may_say_because = false);
  Matcher matcher(const Node& node, bool as_text);
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

  // Steps.
  std::vector<Step> steps(const Node& node, const std::string& what);
  Step step(const Node& node);
  std::optional<Verb> verb(const Node& node, const Node** value);
  void read_modifiers(Step& step, const Node& node);
  void read_modifier(Step& step, const Node& key, const Node& value);
  void read_arguments(Step& step, const Node& key, const Node& value);
  void read_request_arguments(Step& step, const Node& key, const Node& value);
  void read_http_arguments(Step& step, const Node& key, const Node& value);
  void read_call_arguments(Step& step, const Node& key, const Node& value);
  void read_repeat(Step& step, const Node& key, const Node& value);
  void read_for_each(Step& step, const Node& key, const Node& value);
  void read_parallel(Step& step, const Node& value);
  void read_captures(Step& step, const Node& value, View view);
  nlohmann::json headers(const Node& node);
  void open_names(Step& step, const Node& node);

  // Suites and checks.
  void read_head(Suite& suite, const Node& root);
  void read_variables(const Node& node);
  void read_environment(const Node& at, const std::string& name);
  void read_uses(Suite& suite, const Node& node);
  Use use(const Node& node);
  void refuse_idle_pattern(const Node& at, const std::string& pattern);
  void expect_success(Step& step) const;
  void read_defaults(const Node& node);
  void read_shapes(Suite& suite, const Node& node);
  void refuse_recursive_shapes(const Suite& suite, const Node& node);
  Check check(const Node& node);
  void read_identity(Check& check, const Node& node);
  void read_reach(Check& check, const Node& node);
  void read_texts(Check& check, const Node& node);
  void read_needs(Check& check, const Node& node);
  void read_need(const Node& at, const std::string& need);
  void read_levels(Check& check, const Node& node);
  void refuse_missing_level(const Check& check, const Node& at);
  void read_body(Check& check, const Node& node);
  std::optional<Node> only_step(const Node& check);
  void read_only_step(Check& check, const Node& node, const Node& only);
  static Node spelled_out(const Node& value, std::string_view key);
  void read_steps(Check& check, const Node& node, const Node& steps);
  void read_watch(Check& check, const Node& node, const Node& watch);
  void read_judge(Check& check, const Node& node);
  void read_judge_name(Check& check, const Node& judge);

  const ReaderContext& context_;
  std::vector<std::string> shape_names_;
  std::map<std::string, std::string> ids_;
  Check defaults_;
  const Node* default_level_ = nullptr;
  std::map<std::string, nlohmann::json> variables_;
  std::set<std::string> used_names_;
  Scope scope_;
  std::optional<View> view_;  // what the matcher being read looks into; absent in shapes
};

}  // namespace mcplumb
