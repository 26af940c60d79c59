#include "conformance/engine/check_state.hpp"

#include <algorithm>

#include "conformance/engine/step_parts.hpp"

namespace mcplumb {
namespace {

// More than the 64 KiB that a line reader with a fixed buffer has room for.
constexpr std::size_t kLargeText = 100000;

std::string with_other_case(std::string text) {
  for (char& c : text)
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) c ^= 0x20;
  return text;
}

// The same prompts with another text in each argument: one that says 49 where it is taken for a template.
nlohmann::json probed(const std::vector<nlohmann::json>& prompts) {
  nlohmann::json all = nlohmann::json::array();
  for (nlohmann::json prompt : prompts) {
    if (part(prompt, "arguments").empty()) continue;
    for (nlohmann::json& argument : prompt["arguments"]) argument = "mcplumb{{7*7}}${7*7}<%=7*7%>mcplumb";
    all.push_back(std::move(prompt));
  }
  return all;
}

}  // namespace

CheckState::CheckState(RunContext context, const Check& wanted, const Suite& suite)
    : run(context),
      check(wanted),
      shapes(suite.shapes),
      views(context.http.trace(), context.sessions),
      variables(suite.variables) {
  for (const auto& [name, role] : run.options.roles) {
    variables["role." + name + ".all"].push_back({{"tool", role.tool}, {"arguments", role.arguments}});
    if (variables.contains("role." + name)) continue;
    variables["role." + name] = role.tool;
    variables["role." + name + ".arguments"] = role.arguments;
    variables["role." + name + ".other-case"] = with_other_case(role.tool);
  }
  variables["resources"] = run.options.resources;
  variables["prompts"] = run.options.prompts;
  variables["prompts-probed"] = probed(run.options.prompts);
  variables["other-bearer"] = run.options.target.other_bearer;
  variables["random"] = random_token();
  if (check.refers_to.contains("large")) variables["large"] = std::string(kLargeText, 'x');
  if (check.deadline) ends = now() + check.deadline->count() * kMillisecond;
}

bool CheckState::is_known_to_hang(const Step& step) const {
  const nlohmann::json& method = part(step.arguments, "method");
  if (method.is_string()) return run.needs.unanswered_before(method.get<std::string>()).has_value();
  if (step.verb != Verb::listen) return false;
  const bool stateless = part(step.arguments, "notifications").is_object();
  return run.needs.unanswered_before(stateless ? "subscriptions/listen" : "GET").has_value();
}

Micros CheckState::deadline_of(const Step& step) const {
  const Micros begun = now();
  if (is_known_to_hang(step)) return begun + kPatienceOnceMore;
  if (!step.deadline) return ends != kNever ? ends : begun + run.options.deadline;
  const Micros own = begun + step.deadline->count() * kMillisecond;
  return ends != kNever ? std::min(own, ends) : own;
}

SendOptions CheckState::send_options(const Step& step, const nlohmann::json& arguments) const {
  SendOptions options;
  options.purpose = check.id;
  options.deliberate = step.deliberate;
  options.repeatable = !check.own;  // what a user has written may do something, and then is done once
  options.deadline = deadline_of(step);
  const nlohmann::json& headers = part(arguments, "headers");
  if (!headers.is_object()) return options;
  for (const auto& [key, value] : headers.items()) {
    const Result<nlohmann::json> made = interpolate(key, variables);
    const std::string name = made ? text_of(*made) : key;
    if (value.is_null())
      options.without.push_back(name);
    else if (value.is_array())
      for (const nlohmann::json& each : value) options.headers.push_back({name, text_of(each)});
    else
      options.headers.push_back({name, text_of(value)});
  }
  return options;
}

bool CheckState::fits(const Expectations& expectations, const nlohmann::json& view) const {
  return holds(expectations, view, {shapes, variables});
}

bool CheckState::fits(const Expectations& expectations, const Parts& view) const {
  return holds(expectations, view, {shapes, variables});
}

}  // namespace mcplumb
