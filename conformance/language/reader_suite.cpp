// What stands at the head of a user's suite: variables, and the built-in checks that it uses.
#include <algorithm>

#include "conformance/language/interpolation.hpp"
#include "conformance/language/reader_parts.hpp"
#include "conformance/language/selection.hpp"

namespace mcplumb {
namespace {

// A text from the command line as the type that the suite declares; absent if it does not fit.
std::optional<nlohmann::json> fitted(const nlohmann::json& given, const nlohmann::json& declared) {
  if (!given.is_string() || declared.is_string() || declared.is_null()) return given;
  nlohmann::json read = nlohmann::json::parse(given.get_ref<const std::string&>(), nullptr, false);
  const bool numbers = read.is_number() && declared.is_number();
  if (read.is_discarded() || (!numbers && read.type() != declared.type())) return std::nullopt;
  return read;
}

std::string in_words(const nlohmann::json& value) {
  const std::string type = value.type_name();
  return (type == "array" || type == "object" ? "an " : "a ") + type;
}

}  // namespace

void SuiteReader::read_variables(const Node& node) {
  if (!is_map(node, "`variables`")) return;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    const std::string variable = name(node.keys[i], "a variable");
    scope_ = {};
    for (const auto& [known, value] : variables_) scope_.names.insert(known);
    nlohmann::json value = literal(node.values[i]);
    if (auto replaced = interpolate(value, variables_)) value = std::move(*replaced);
    const auto given = context_.variables.find(variable);
    if (given != context_.variables.end()) {
      const auto fits = fitted(given->second, value);
      if (!fits) error(node.keys[i], "--var " + variable + " gives a text that is not " + in_words(value));
      value = fits.value_or(value);
    } else if (value.is_null() && !context_.only_listed) {
      error(node.keys[i], "the variable " + in_ticks(variable) + " has no value; give it with --var " + variable +
                              "=VALUE or --var " + variable + "=@FILE");
    }
    if (!variable.empty()) variables_[variable] = std::move(value);
    used_names_.insert(variable);
  }
}

// The value of ${env:NAME}, looked up once.
void SuiteReader::read_environment(const Node& at, const std::string& name) {
  if (variables_.count(name) != 0 || !context_.environment || context_.only_listed) return;
  const std::string variable = name.substr(4);
  if (const auto value = context_.environment(variable))
    variables_[name] = *value;
  else
    error(at, "the environment variable " + variable + " is not set");
}

void SuiteReader::read_uses(Suite& suite, const Node& node) {
  if (context_.named_as_file) return error(node, "built-in suites cannot use one another");
  if (node.kind == Node::Kind::scalar) return error(node, "`use` must be a list: write [" + node.text + "]");
  if (!is_list(node, "`use`")) return;
  for (const Node& item : node.items) suite.uses.push_back(use(item));
}

Use SuiteReader::use(const Node& node) {
  Use result;
  if (node.kind == Node::Kind::scalar) {
    result.checks = {text(node, "an entry of `use`")};
    refuse_idle_pattern(node, result.checks[0]);
    return result;
  }
  if (!is_map(node, "an entry of `use`")) return result;
  refuse_unknown_keys(node, use_keys(), "an entry of `use`");
  const Node* checks = required(node, "check", use_keys(), "an entry of `use`");
  if (checks && checks->kind == Node::Kind::list) {
    result.checks = texts(*checks, "`check`");
    for (std::size_t i = 0; i < checks->items.size(); ++i) refuse_idle_pattern(checks->items[i], result.checks[i]);
  } else if (checks) {
    result.checks = {text(*checks, "`check`")};
    refuse_idle_pattern(*checks, result.checks[0]);
  }
  if (const Node* because = node.find("because")) result.because = text(*because, "`because`");
  if (const Node* skip = node.find("skip")) {
    result.skip = text(*skip, "`skip`");
    if (skip->plain && (skip->text == "true" || skip->text == "yes"))
      error(*skip, "`skip` says why: `skip: our gateway does this`");
  }
  if (const Node* level = node.find("level")) {
    if (const auto index = word(*level, level_words(), "level")) result.level = static_cast<Level>(*index);
    if (result.because.empty()) error(*level, "another level needs `because:`, for the next person who reads this");
  }
  return result;
}

void SuiteReader::refuse_idle_pattern(const Node& at, const std::string& pattern) {
  if (context_.built_in == nullptr || pattern.empty()) return;
  for (const Suite& suite : *context_.built_in) {
    for (const Check& check : suite.checks) {
      if (selects(pattern, check)) return;
    }
  }
  const std::vector<std::string> known = selectable(*context_.built_in);
  const bool like_one = !closest(pattern, known).empty();
  error(at, in_ticks(pattern) + " is not a built-in check" +
                (like_one ? suggestion(pattern, known) : "; `mcplumb checks` lists them"));
}

// In a user's suite a step fails if the answer is an error, unless its expectations look at that themselves.
void SuiteReader::expect_success(Step& step) const {
  if (!context_.own || step.deliberate) return;
  const bool waits = (step.verb == Verb::request || step.verb == Verb::call) && step.as.empty();
  if (!waits && step.verb != Verb::pages && step.verb != Verb::finish) return;
  bool looks_at_is_error = false;
  for (const Expectations* list : {&step.expect, &step.prefer, &step.mention, &step.require}) {
    for (const Expectation& expectation : list->all) {
      const std::string root = expectation.path.substr(0, expectation.path.find_first_of(".["));
      if (index_of(root, std::vector<std::string_view>{"error", "message", "messages", "failure", "status", "json",
                                                       "body", "events", "ended", "last"}))
        return;
      looks_at_is_error = looks_at_is_error || expectation.path == "result.isError" || expectation.path == "result";
    }
  }
  std::vector<Expectation> defaults;
  defaults.push_back({"result", {{{"present", true, {}, {}}}, step.at}, step.at});
  if (step.verb == Verb::call && !looks_at_is_error) {
    Matcher yes{{{"equals", true, {}, {}}}, step.at};
    defaults.push_back({"result.isError", {{{"not", nullptr, {yes}, {}}}, step.at}, step.at});
  }
  step.expect.all.insert(step.expect.all.begin(), defaults.begin(), defaults.end());
}

}  // namespace mcplumb
