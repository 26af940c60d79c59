#include "conformance/language/reader.hpp"

#include <algorithm>
#include <filesystem>

#include "conformance/language/reader_parts.hpp"
#include "conformance/language/yaml.hpp"

namespace mcplumb {
namespace {

void collect_shapes(const Matcher& matcher, std::set<std::string>& names) {
  for (const Clause& clause : matcher.clauses) {
    if (clause.word == "shape" && clause.value.is_string()) names.insert(clause.value.get<std::string>());
    for (const Matcher& inner : clause.matchers) collect_shapes(inner, names);
    for (const auto& [key, inner] : clause.fields) collect_shapes(inner, names);
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

}  // namespace

Suite SuiteReader::read(const Node& root) {
  Suite suite;
  suite.file = source_.file();
  if (!is_map(root, "a suite file")) return suite;
  refuse_unknown_keys(root, suite_keys(), "a suite file");
  variables_ = context_.variables;
  read_head(suite, root);
  if (const Node* value = root.find("variables")) read_variables(*value);
  if (const Node* value = root.find("use")) read_uses(suite, *value);
  if (const Node* value = root.find("defaults")) read_defaults(*value);
  if (const Node* value = root.find("shapes")) read_shapes(suite, *value);
  const Node* checks =
      suite.uses.empty() ? required(root, "checks", suite_keys(), "a suite file") : root.find("checks");
  if (checks && is_list(*checks, "`checks`")) {
    if (checks->items.empty()) error(*checks, "`checks` must not be empty");
    for (const Node& item : checks->items) {
      suite.checks.push_back(check(item));
      suite.checks.back().suite = suite.name;
    }
  }
  suite.variables = variables_;
  return suite;
}

// Only a user's suite may leave out what it is called: then it is called like its file.
void SuiteReader::read_head(Suite& suite, const Node& root) {
  const std::string stem = std::filesystem::path(suite.file).stem().string();
  const auto given = [&](std::string_view key) {
    return context_.own ? root.find(key) : required(root, key, suite_keys(), "a suite file");
  };
  suite.name = stem;
  if (const Node* value = given("suite")) {
    suite.name = text(*value, "`suite`");
    if (context_.named_as_file && suite.name != stem)
      error(*value, "a suite is called like its file: " + in_ticks(stem));
  }
  suite.title = suite.name;
  if (const Node* value = given("title")) suite.title = text(*value, "`title`");
}

void SuiteReader::read_defaults(const Node& node) {
  if (!is_map(node, "`defaults`")) return;
  refuse_unknown_keys(node, default_keys(), "`defaults`");
  if (const Node* value = node.find("revisions")) defaults_.revisions = revisions(*value);
  if (const Node* value = node.find("transports")) defaults_.transports = transports(*value);
  if (const Node* value = node.find("retry")) defaults_.retry = static_cast<std::size_t>(count(*value, "`retry`", 0));
  if (const Node* value = node.find("tags")) defaults_.tags = texts(*value, "`tags`");
  if (const Node* value = node.find("session")) {
    if (const auto index = word(*value, session_words(), "session use"))
      defaults_.session = static_cast<SessionUse>(*index);
  }
  default_level_ = node.find("level");
  if (default_level_) read_levels(defaults_, *default_level_);
}

void SuiteReader::read_shapes(Suite& suite, const Node& node) {
  if (!is_map(node, "`shapes`")) return;
  if (node.keys.size() > kMostShapes) return error(node, "more than " + std::to_string(kMostShapes) + " shapes");
  for (const Node& key : node.keys) shape_names_.push_back(key.text);
  scope_ = {};
  scope_.names.insert(built_in_names().begin(), built_in_names().end());
  for (const auto& [known, value] : variables_) scope_.names.insert(known);
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    name(node.keys[i], "a shape");
    suite.shapes[node.keys[i].text] = matcher(node.values[i], false);
  }
  refuse_recursive_shapes(suite, node);
}

void SuiteReader::refuse_recursive_shapes(const Suite& suite, const Node& node) {
  ShapeGraph graph;
  for (const auto& [name, matcher] : suite.shapes) collect_shapes(matcher, graph[name]);
  for (const Node& key : node.keys) {
    std::set<std::string> seen;
    if (leads_to(graph, key.text, key.text, seen))
      error(key, "the shape " + in_ticks(key.text) + " leads back to itself");
  }
}

ReadResult read_suite(const Node& root, std::string_view text, const std::string& file, const ReaderContext& context) {
  const SourceText source(file, text);
  SuiteReader reader(source, context);
  ReadResult result;
  result.suite = reader.read(root);
  result.problems = reader.take_problems();
  result.used_names = reader.take_used_names();
  return result;
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
