#include "cli/input/suites.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "cli/input/files.hpp"
#include "cli/input/known_secrets.hpp"
#include "cli/input/usage.hpp"
#include "client/http/secrets.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/printable.hpp"
#include "conformance/engine/judges.hpp"
#include "conformance/language/reader.hpp"
#include "conformance/language/selection.hpp"
#include "conformance/language/suggestion.hpp"
#include "conformance/manifest/file_shapes.hpp"
#include "conformance/manifest/rules.hpp"
#include "conformance/shapes/look.hpp"
#include "conformance/suites/builtin.hpp"

namespace mcplumb::cli {
namespace {

// NAME=TEXT, NAME=@FILE, NAME:=JSON. What a file holds may be a secret.
std::pair<std::string, nlohmann::json> parse_variable(const std::string& text, std::vector<std::string>& secrets) {
  const std::size_t equals = text.find('=');
  const bool json = equals != std::string::npos && equals > 0 && text[equals - 1] == ':';
  const std::string name = text.substr(0, json ? equals - 1 : equals);
  const bool is_name =
      !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) != 0 &&
      std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
  if (equals == std::string::npos || !is_name)
    throw usage("--var '" + printable(text.substr(0, equals)) +
                "' is not a variable; write --var NAME=TEXT, NAME=@FILE or NAME:=JSON");
  const std::string value = text.substr(equals + 1);
  if (json) {
    Result<nlohmann::json> parsed = parse_json(value, {}, nullptr);
    if (!parsed) throw usage("--var " + name + ":= is not JSON: " + parsed.error().what);
    if (speaks_of_secrets(name) && parsed->is_string()) secrets.push_back(parsed->get<std::string>());
    return {name, std::move(*parsed)};
  }
  if (value.empty() || value[0] != '@') {
    if (speaks_of_secrets(name)) secrets.push_back(value);
    return {name, value};
  }
  std::string content = read_file(value.substr(1));
  while (!content.empty() && (content.back() == '\n' || content.back() == '\r')) content.pop_back();
  secrets.push_back(content);
  return {name, std::move(content)};
}

// A variable that no suite knows is a typing error, and its suite would run with the default.
void refuse_unused(const std::map<std::string, nlohmann::json>& given, const std::set<std::string>& used) {
  const std::vector<std::string> known(used.begin(), used.end());
  for (const auto& [name, value] : given)
    if (used.count(name) == 0) throw usage("--var " + name + " is used by no suite" + suggestion(name, known));
}

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Suite> builtin_suite_of(std::string_view id) {
  for (const PackedSuite& packed : packed_builtin_suites())
    if (packed.holds(id)) return std::move(unpack_suites({&packed, 1}).front());
  return std::nullopt;
}

std::vector<std::string> builtin_check_ids() {
  std::vector<std::string> ids;
  for (const PackedSuite& packed : packed_builtin_suites()) {
    std::istringstream words{std::string(packed.ids)};
    for (std::string id; words >> id;) ids.push_back(id);
  }
  return ids;
}

std::vector<Suite> load_suites(const std::vector<std::string>& files, const std::vector<std::string>* variables) {
  std::vector<Suite> built_in = unpack_suites(packed_builtin_suites());
  ReaderContext context;
  std::vector<std::string> secrets;
  if (variables != nullptr)
    for (const std::string& text : *variables) context.variables.insert(parse_variable(text, secrets));
  if (files.empty()) {
    if (!context.variables.empty()) throw usage("--var is for suites of your own; name one with --suite FILE");
    return built_in;
  }
  context.judges = judge_names();
  for (const std::string& name : manifest_rule_names()) context.judges.push_back(name);
  for (const ShapeTable* table : {&wire_shapes(), &file_shapes()})
    for (const std::string& member : members_of(*table)) context.members.push_back(member);
  context.own = true;
  context.built_in = &built_in;
  context.environment = environment;
  context.only_listed = variables == nullptr;
  const auto taken_by = [&](const Suite& suite) {
    for (const Check& check : suite.checks)
      context.taken.emplace(
          check.id, check.at.file + ":" + std::to_string(check.at.line) + ":" + std::to_string(check.at.column));
  };
  for (const Suite& suite : built_in) taken_by(suite);
  std::vector<Suite> suites;
  std::set<std::string> used;
  std::string problems;
  for (const std::string& file : files) {
    ReadResult read = read_suite(read_file(file), file, context);
    for (const Diagnostic& problem : read.problems) problems += render(problem);
    used.merge(read.used_names);
    taken_by(read.suite);
    read.suite.secrets = secrets;
    for (const auto& [name, value] : read.suite.variables)
      if (name.starts_with("env:")) read.suite.secrets.push_back(value.get<std::string>());
    for (const std::string& value : read.suite.secrets) known_secrets().add(value);
    suites.push_back(std::move(read.suite));
  }
  if (!problems.empty()) {
    problems.pop_back();
    throw UsageError(problems);
  }
  refuse_unused(context.variables, used);
  std::vector<Suite> all = used_checks(built_in, suites);
  for (Suite& suite : suites) all.push_back(std::move(suite));
  return all;
}

}  // namespace mcplumb::cli
