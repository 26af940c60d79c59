#include "conformance/gate/gate_file.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "client/connect/target.hpp"
#include "client/http/headers.hpp"
#include "client/http/url.hpp"
#include "client/text/printable.hpp"
#include "client/transport/era.hpp"
#include "conformance/language/duration.hpp"
#include "conformance/language/value_reader.hpp"
#include "conformance/language/vocabulary.hpp"
#include "conformance/language/yaml.hpp"

namespace mcplumb {
namespace {

constexpr std::array<std::string_view, 23> kGateKeys = {
    "gate",     "command", "url",      "directory", "prepare", "versions", "variables", "transport",
    "ready",    "before",  "after",    "suites",    "only",    "skip",     "tools",     "headers",
    "revision", "strict",  "tolerate", "deadlines", "watch",   "expect",   "exercise"};
constexpr std::array<std::string_view, 7> kEnvironmentKeys = {"version", "command",  "url",      "directory",
                                                              "prepare", "versions", "variables"};
constexpr std::array<std::string_view, 2> kToleranceKeys = {"change", "because"};
constexpr std::array<std::string_view, 5> kDeadlineKeys = {"prepare", "ready", "request", "run", "exit"};
constexpr std::array<std::string_view, 2> kWatchKeys = {"idle", "stream"};
constexpr std::array<std::string_view, 1> kReadyKeys = {"log"};
constexpr std::array<std::string_view, 6> kExerciseKeys = {"tools", "resources", "prompts", "not", "seed", "calls"};
constexpr std::array<std::string_view, 2> kToolKeys = {"name", "arguments"};
constexpr std::array<std::string_view, 4> kPlaceholders = {"port", "version", "folder", "environment"};

class GateReader : private ValueReader {
 public:
  explicit GateReader(const SourceText& source) : ValueReader(source) {}
  GateFile read(const Node& root);
  using ValueReader::release_problems;

 private:
  bool speaks_stdio() const { return gate_.transport && !has_http(*gate_.transport); }
  void read_environment(GateEnvironment& environment, const Node& node);
  void read_environments(const Node& root);
  void check_environment(const GateEnvironment& environment, const Node& at, const Node& root);
  std::string text(const Node& node, const std::string& what);
  std::string line(const Node& node, const std::string& what);
  std::map<std::string, std::string> map_of_texts(const Node& node, const std::string& what);
  void refuse_http(const Node& root);
  void read_ready(const Node& node);
  void read_checks(const Node& root);
  void read_headers(const Node& node);
  void read_tools(const Node& node);
  void read_exercise(const Node& node);
  std::vector<std::string> words(const Node& node, const std::string& what);
  void read_tolerances(const Node& node);
  void read_times(const Node& root);
  Micros span(const Node& node, const std::string& what);

  GateFile gate_;
};

GateFile GateReader::read(const Node& root) {
  if (!is_map(root, "a gate file")) return {};
  refuse_unknown_keys(root, gate_keys(), "a gate file");
  if (const Node* value = required(root, "gate", gate_keys(), "a gate file")) gate_.title = text(*value, "`gate`");
  if (const Node* value = root.find("transport"))
    if (word(*value, transport_words(), "transport")) gate_.transport = transport_kind_from(value->text);
  read_environments(root);
  if (speaks_stdio()) refuse_http(root);
  if (const Node* value = root.find("ready")) read_ready(*value);
  read_checks(root);
  if (const Node* value = root.find("tolerate")) read_tolerances(*value);
  if (const Node* value = root.find("expect")) gate_.budgets = budgets(*value);
  read_times(root);
  return std::move(gate_);
}

void GateReader::read_environments(const Node& root) {
  read_environment(gate_.before, root);
  gate_.after = gate_.before;
  gate_.before.name = "before";
  gate_.after.name = "after";
  for (GateEnvironment* each : {&gate_.before, &gate_.after}) {
    const Node* node = required(root, each->name, gate_keys(), "a gate file");
    if (node == nullptr) continue;
    if (!is_map(*node, in_ticks(each->name))) continue;
    refuse_unknown_keys(*node, environment_keys(), in_ticks(each->name));
    const std::map<std::string, std::string> common = each->variables;
    read_environment(*each, *node);
    each->variables.insert(common.begin(), common.end());
    check_environment(*each, *node, root);
  }
}

void GateReader::check_environment(const GateEnvironment& environment, const Node& at, const Node& root) {
  const auto misspelt = [&](std::string_view key) {
    return std::any_of(root.keys.begin(), root.keys.end(), [&](const Node& other) {
      return !index_of(other.text, gate_keys()) && closest(other.text, gate_keys()) == key;
    });
  };
  for (const auto& [key, value] : {std::pair{"command", &environment.command}, std::pair{"url", &environment.url}})
    if ((value != &environment.url || !speaks_stdio()) && value->empty() && at.find(key) == nullptr &&
        root.find(key) == nullptr && !misspelt(key))
      error(at, in_ticks(environment.name) + " has no " + in_ticks(key) + ", and the file has none for both");
  if (mentions(environment, "version") && environment.version.empty())
    error(at, in_ticks(environment.name) + " needs `version`: a command mentions {version}");
}

// Over stdio nothing is reached by a URL.
void GateReader::refuse_http(const Node& root) {
  for (const char* key : {"url", "headers", "ready"})
    for (const Node* place : {&root, root.find("before"), root.find("after")})
      if (const Node* value = place != nullptr ? place->find(key) : nullptr)
        error(*value, in_ticks(key) + " makes no sense with `transport: stdio`; leave it out");
}

// For the top of the file and for each environment: the keys that both may have.
void GateReader::read_environment(GateEnvironment& environment, const Node& node) {
  if (const Node* value = node.find("version")) environment.version = text(*value, "`version`");
  if (const Node* value = node.find("command")) environment.command = line(*value, "`command`");
  if (const Node* value = node.find("directory")) environment.directory = text(*value, "`directory`");
  if (const Node* value = node.find("versions")) environment.versions = line(*value, "`versions`");
  if (const Node* value = node.find("url")) {
    environment.url = line(*value, "`url`");
    const std::string problem = environment.url.empty() ? "" : url_problem(fill_in(environment.url, {{"port", "1"}}));
    if (!problem.empty())
      error(*value,
            "`url` is not an http or https URL that can be asked: " + problem + "; write http://127.0.0.1:{port}/mcp");
  }
  if (const Node* value = node.find("prepare")) {
    environment.prepare.clear();
    if (value->kind == Node::Kind::list)
      for (const Node& item : value->items) environment.prepare.push_back(line(item, "an entry of `prepare`"));
    else
      environment.prepare.push_back(line(*value, "`prepare`"));
  }
  if (const Node* value = node.find("variables")) {
    environment.variables = map_of_texts(*value, "`variables`");
    for (const Node& key : value->keys)
      if (!may_name_variable(key.text))
        error(key, in_ticks(printable(key.text)) +
                       " cannot be the name of an environment variable: it is empty or holds `=`");
  }
}

// Behind a NUL a shell, a program and a request would not see the rest.
std::string GateReader::text(const Node& node, const std::string& what) {
  std::string value = ValueReader::text(node, what);
  if (value.find('\0') != value.npos) error(node, what + " must not hold a NUL character; take it out");
  return value;
}

// A text in which a misspelt placeholder would go unnoticed into a shell.
std::string GateReader::line(const Node& node, const std::string& what) {
  const std::string value = text(node, what);
  for (std::size_t at = value.find('{'); at != std::string::npos; at = value.find('{', at + 1)) {
    const std::size_t end = value.find('}', at);
    if (end == std::string::npos || (at > 0 && value[at - 1] == '$')) continue;
    const std::string name = value.substr(at + 1, end - at - 1);
    const bool word =
        !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (word && !index_of(name, kPlaceholders) && !closest(name, kPlaceholders).empty())
      error(node, "unknown placeholder {" + name + "}" + suggestion(name, kPlaceholders));
  }
  return value;
}

std::map<std::string, std::string> GateReader::map_of_texts(const Node& node, const std::string& what) {
  std::map<std::string, std::string> values;
  if (!is_map(node, what)) return values;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& value = node.values[i];
    if (value.kind == Node::Kind::scalar && value.text.empty())
      values[node.keys[i].text] = "";
    else
      values[node.keys[i].text] = text(value, "an entry of " + what);
  }
  return values;
}

void GateReader::read_ready(const Node& node) {
  if (node.kind == Node::Kind::scalar && node.text == "http") return;
  if (node.kind != Node::Kind::map) return error(node, "`ready` is `http`, or {log: TEXT}");
  refuse_unknown_keys(node, kReadyKeys, "`ready`");
  if (const Node* value = required(node, "log", kReadyKeys, "`ready`")) gate_.ready_log = text(*value, "`log`");
}

void GateReader::read_checks(const Node& root) {
  if (const Node* value = root.find("suites")) gate_.suites = texts(*value, "`suites`");
  if (const Node* value = root.find("only")) gate_.only = texts(*value, "`only`");
  if (const Node* value = root.find("skip")) gate_.skip = texts(*value, "`skip`");
  if (const Node* value = root.find("tools")) read_tools(*value);
  if (const Node* value = root.find("exercise")) read_exercise(*value);
  if (const Node* value = root.find("strict")) gate_.strict = flag(*value, "`strict`");
  if (const Node* value = root.find("headers")) read_headers(*value);
  if (const Node* value = root.find("revision"))
    if (word(*value, published_revisions(), "revision")) gate_.revision = value->text;
}

// The place of a mistake is the name: a value may be secret, and the line that is shown with a mistake holds it.
void GateReader::read_headers(const Node& node) {
  const std::map<std::string, std::string> headers = map_of_texts(node, "`headers`");
  if (node.kind != Node::Kind::map) return;
  for (const Node& key : node.keys) {
    const std::string& value = headers.at(key.text);
    const std::string problem = header_problem({key.text, value});
    if (!problem.empty())
      error(key,
            "the header " + in_ticks(key.text) + " cannot be sent: " + problem +
                (may_be_sent(value) ? ""
                                    : "; write it in one line (a text behind `|` ends in a line break, behind `|-` "
                                      "it does not)"));
    gate_.headers.push_back({key.text, value.substr(0, value.find_first_of("\r\n"))});
  }
}

// progress: count, or progress: {name: count, arguments: {to: 5}}
void GateReader::read_tools(const Node& node) {
  if (!is_map(node, "`tools`")) return;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const Node& value = node.values[i];
    ToolRole role;
    if (value.kind == Node::Kind::map) {
      refuse_unknown_keys(value, kToolKeys, "a tool");
      if (const Node* name = required(value, "name", kToolKeys, "a tool")) role.tool = text(*name, "`name`");
      if (const Node* arguments = value.find("arguments"))
        if (is_map(*arguments, "`arguments`")) role.arguments = to_json(*arguments);
    } else {
      role.tool = text(value, "a tool");
    }
    gate_.roles.emplace(node.keys[i].text, std::move(role));
  }
}

// One word, or a list of them.
std::vector<std::string> GateReader::words(const Node& node, const std::string& what) {
  return node.kind == Node::Kind::list ? texts(node, what) : std::vector<std::string>{text(node, what)};
}

void GateReader::read_exercise(const Node& node) {
  if (!is_map(node, "`exercise`")) return;
  refuse_unknown_keys(node, exercise_keys(), "`exercise`");
  ExerciseOptions& exercise = gate_.exercise;
  std::vector<std::string> never;
  if (const Node* value = node.find("not")) never = words(*value, "`not`");
  for (const auto& [key, selection] : {std::pair("tools", &exercise.tools), std::pair("resources", &exercise.resources),
                                       std::pair("prompts", &exercise.prompts)}) {
    selection->except = never;
    if (const Node* value = node.find(key))
      for (const std::string& word : words(*value, in_ticks(key))) selection->allow(word);
  }
  if (const Node* value = node.find("seed")) exercise.seed = static_cast<std::uint64_t>(count(*value, "`seed`", 0));
  if (const Node* value = node.find("calls")) exercise.calls = static_cast<std::size_t>(count(*value, "`calls`", 1));
}

void GateReader::read_tolerances(const Node& node) {
  if (!is_list(node, "`tolerate`")) return;
  for (const Node& item : node.items) {
    if (!is_map(item, "an entry of `tolerate`")) continue;
    refuse_unknown_keys(item, tolerance_keys(), "an entry of `tolerate`");
    Tolerance tolerance;
    if (const Node* value = required(item, "change", tolerance_keys(), "an entry of `tolerate`"))
      tolerance.change = text(*value, "`change`");
    if (const Node* value = required(item, "because", tolerance_keys(), "an entry of `tolerate`"))
      tolerance.reason = text(*value, "`because`");
    gate_.tolerances.push_back(std::move(tolerance));
  }
}

Micros GateReader::span(const Node& node, const std::string& what) {
  const Micros span = duration(node, what).count() * kMillisecond;
  if (span == 0 && node.kind == Node::Kind::scalar && parse_duration(node.text)) error(node, what + " must not be 0");
  return span;
}

void GateReader::read_times(const Node& root) {
  const auto read = [&](const char* key, Words keys, const std::vector<std::pair<const char*, Micros*>>& places) {
    const Node* node = root.find(key);
    if (node == nullptr || !is_map(*node, in_ticks(key))) return;
    refuse_unknown_keys(*node, keys, in_ticks(key));
    for (const auto& [name, place] : places)
      if (const Node* value = node->find(name)) *place = span(*value, in_ticks(name));
  };
  read("deadlines", deadline_keys(),
       {{"prepare", &gate_.prepare_deadline},
        {"ready", &gate_.ready_deadline},
        {"request", &gate_.request_deadline},
        {"run", &gate_.run_deadline},
        {"exit", &gate_.exit_deadline}});
  read("watch", kWatchKeys, {{"idle", &gate_.idle_window}, {"stream", &gate_.stream_window}});
}

}  // namespace

Secrets secrets_of(const GateFile& gate) {
  Secrets secrets;
  for (const Header& header : gate.headers) secrets.add_header(header.name, header.value);
  for (const GateEnvironment* each : {&gate.before, &gate.after}) {
    for (const auto& [name, value] : each->variables) secrets.add_variable(name, value);
    for (const std::string& line : each->prepare) secrets.add_shell_line(line);
    for (const std::string* line : {&each->command, &each->versions}) secrets.add_shell_line(*line);
    secrets.add_url(each->url);
  }
  return secrets;
}

GateFileResult read_gate_file(std::string_view text, const std::string& file) {
  GateFileResult result;
  YamlResult yaml = parse_yaml(text, file);
  result.problems = std::move(yaml.problems);
  if (!yaml.root || !result.problems.empty()) return result;
  const SourceText source(file, text);
  GateReader reader(source);
  result.gate = reader.read(*yaml.root);
  result.problems = reader.release_problems();
  return result;
}

std::string fill_in(std::string_view text, const std::map<std::string, std::string>& values) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.front() == '{' && !out.ends_with('$') ? text.find('}') : std::string_view::npos;
    const auto found = end == std::string_view::npos ? values.end() : values.find(std::string(text.substr(1, end - 1)));
    if (found != values.end()) {
      out += found->second;
      text.remove_prefix(end + 1);
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

bool mentions(const GateEnvironment& environment, std::string_view placeholder) {
  const std::string name = "{" + std::string(placeholder) + "}";
  const auto holds = [&](const std::string& text) {
    for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + 1))
      if (at == 0 || text[at - 1] != '$') return true;
    return false;
  };
  return holds(environment.command) || holds(environment.url) || holds(environment.versions) ||
         std::any_of(environment.prepare.begin(), environment.prepare.end(), holds) ||
         std::any_of(environment.variables.begin(), environment.variables.end(),
                     [&](const auto& variable) { return holds(variable.second); });
}

Words gate_keys() { return kGateKeys; }
Words environment_keys() { return kEnvironmentKeys; }
Words tolerance_keys() { return kToleranceKeys; }
Words exercise_keys() { return kExerciseKeys; }
Words deadline_keys() { return kDeadlineKeys; }

}  // namespace mcplumb
