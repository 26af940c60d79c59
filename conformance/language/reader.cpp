#include "conformance/language/reader.hpp"

#include <algorithm>
#include <filesystem>

#include "conformance/language/check_reader.hpp"
#include "conformance/language/matcher_reader.hpp"
#include "conformance/language/matcher_word.hpp"
#include "conformance/language/name_reader.hpp"
#include "conformance/language/path_reader.hpp"
#include "conformance/language/reach_reader.hpp"
#include "conformance/language/step_reader.hpp"
#include "conformance/language/use_reader.hpp"
#include "conformance/language/vocabulary.hpp"
#include "conformance/language/yaml.hpp"

namespace mcplumb {
namespace {

void collect_shapes(const Matcher& matcher, std::set<std::string>& names) {
  for (const Clause& clause : matcher.clauses) {
    if (clause.word == &kWordShape && clause.value.is_string()) names.insert(clause.value.get<std::string>());
    for (const Matcher& inner : clause.matchers) collect_shapes(inner, names);
    for (const FieldMatcher& field : clause.fields) collect_shapes(field.matcher, names);
  }
}

using ShapeGraph = std::map<std::string, std::set<std::string>>;

// Whether a way leads from `from` to `to`; `seen` keeps the walk linear.
bool leads_to(const ShapeGraph& graph, const std::string& from, const std::string& to, std::set<std::string>& seen) {
  const auto uses = graph.find(from);
  if (uses == graph.end() || !seen.insert(from).second) return false;
  for (const std::string& next : uses->second) {
    if (next == to || leads_to(graph, next, to, seen)) return true;
  }
  return false;
}

constexpr std::size_t kMostShapes = 500;

class SuiteReader {
 public:
  SuiteReader(const SourceText& source, const ReaderContext& outside)
      : outside_(outside),
        values_(source),
        names_(values_, outside),
        reading_{values_, names_, outside},
        paths_(reading_),
        matchers_(reading_, paths_),
        steps_(reading_, paths_, matchers_),
        reach_(reading_),
        checks_(reading_, reach_, matchers_, steps_),
        uses_(reading_, reach_) {}

  ReadResult read(const Node& root);

 private:
  Suite suite(const Node& root);
  void read_head(Suite& suite, const Node& root);
  void read_shapes(Suite& suite, const Node& node);
  void refuse_recursive_shapes(const Suite& suite, const Node& node);
  void read_checks(Suite& suite, const Node& root);

  const ReaderContext& outside_;
  ValueReader values_;
  NameReader names_;
  const Reading reading_;
  PathReader paths_;
  MatcherReader matchers_;
  StepReader steps_;
  ReachReader reach_;
  CheckReader checks_;
  UseReader uses_;
};

ReadResult SuiteReader::read(const Node& root) {
  ReadResult result;
  result.suite = suite(root);
  result.problems = values_.release_problems();
  result.used_names = names_.release_used_names();
  return result;
}

Suite SuiteReader::suite(const Node& root) {
  Suite suite;
  suite.file = values_.source().file();
  if (!values_.is_map(root, "a suite file")) return suite;
  values_.refuse_unknown_keys(root, suite_keys(), "a suite file");
  read_head(suite, root);
  if (const Node* value = root.find("variables")) names_.read_variables(*value);
  if (const Node* value = root.find("use")) suite.uses = uses_.uses(*value);
  if (const Node* value = root.find("defaults")) checks_.read_defaults(*value);
  if (const Node* value = root.find("shapes")) read_shapes(suite, *value);
  if (const Node* value = root.find("expect")) suite.budgets = values_.budgets(*value);
  read_checks(suite, root);
  suite.variables = names_.release_variables();
  return suite;
}

void SuiteReader::read_checks(Suite& suite, const Node& root) {
  const Node* checks =
      suite.uses.empty() ? values_.required(root, "checks", suite_keys(), "a suite file") : root.find("checks");
  if (!checks || !values_.is_list(*checks, "`checks`")) return;
  if (checks->items.empty()) values_.error(*checks, "`checks` must not be empty");
  for (const Node& item : checks->items) {
    suite.checks.push_back(checks_.check(item));
    suite.checks.back().suite = suite.name;
  }
}

// Only a user's suite may leave out what it is called: then it is called like its file.
void SuiteReader::read_head(Suite& suite, const Node& root) {
  const std::string stem = std::filesystem::path(suite.file).stem().string();
  const auto given = [&](std::string_view key) {
    return outside_.own ? root.find(key) : values_.required(root, key, suite_keys(), "a suite file");
  };
  suite.name = stem;
  if (const Node* value = given("suite")) {
    suite.name = values_.text(*value, "`suite`");
    if (outside_.named_as_file && suite.name != stem)
      values_.error(*value, "a suite is called like its file: " + in_ticks(stem));
  }
  suite.title = suite.name;
  if (const Node* value = given("title")) suite.title = values_.text(*value, "`title`");
}

void SuiteReader::read_shapes(Suite& suite, const Node& node) {
  if (!values_.is_map(node, "`shapes`")) return;
  if (node.keys.size() > kMostShapes)
    return values_.error(node, "more than " + std::to_string(kMostShapes) + " shapes");
  std::vector<std::string> shape_names;
  for (const Node& key : node.keys) shape_names.push_back(key.text);
  matchers_.know_shapes(std::move(shape_names));
  names_.begin_scope();
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    names_.name(node.keys[i], "a shape");
    suite.shapes[node.keys[i].text] = matchers_.matcher(node.values[i], false);
  }
  refuse_recursive_shapes(suite, node);
}

void SuiteReader::refuse_recursive_shapes(const Suite& suite, const Node& node) {
  ShapeGraph graph;
  for (const auto& [name, matcher] : suite.shapes) collect_shapes(matcher, graph[name]);
  for (const Node& key : node.keys) {
    std::set<std::string> seen;
    if (leads_to(graph, key.text, key.text, seen))
      values_.error(key, "the shape " + in_ticks(key.text) + " leads back to itself");
  }
}

}  // namespace

ReadResult read_suite(const Node& root, std::string_view text, const std::string& file, const ReaderContext& context) {
  const SourceText source(file, text);
  return SuiteReader(source, context).read(root);
}

ReadResult read_suite(std::string_view text, const std::string& file, const ReaderContext& context) {
  YamlResult yaml = parse_yaml(text, file);
  ReadResult result;
  result.suite.file = file;
  if (yaml.root) result = read_suite(*yaml.root, text, file, context);
  // One mistake a place: what YAML refused may trouble the reader as well.
  result.problems.insert(result.problems.begin(), yaml.problems.begin(), yaml.problems.end());
  const auto place = [](const Diagnostic& problem) { return std::pair(problem.line, problem.column); };
  std::stable_sort(result.problems.begin(), result.problems.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
  const auto end = std::unique(result.problems.begin(), result.problems.end(),
                               [&](const auto& a, const auto& b) { return place(a) == place(b); });
  result.problems.erase(end, result.problems.end());
  if (result.problems.size() > kMostProblems) result.problems.resize(kMostProblems);
  return result;
}

}  // namespace mcplumb
