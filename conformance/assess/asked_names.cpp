#include "conformance/assess/asked_names.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "conformance/language/selection.hpp"
#include "conformance/language/suggestion.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

std::vector<std::string> names_in(const json& list, const char* key) {
  std::vector<std::string> names;
  if (list.is_array())
    for (const json& item : list) names.emplace_back(string_member(item, key));
  return names;
}

std::string not_there(const char* option, const char* what, const std::string& name, const json& list,
                      const char* key) {
  if (!list.is_array()) return "";  // not known
  const std::vector<std::string> names = names_in(list, key);
  for (const std::string& each : names)
    if (each == name) return "";
  return std::string(option) + (std::string_view(option).starts_with("--tool ") ? "=" : " ") + shortened(name, 80) +
         ": the server has no " + what + " of that name" +
         (names.empty() ? "; it lists none" : suggestion(name, names));
}

// Of --tools and the like.
std::string fits_nothing(const char* option, const std::vector<std::string>& globs, const json& list, const char* key) {
  if (!list.is_array()) return "";
  std::vector<std::string> names = names_in(list, key);
  const std::vector<std::string> idle = idle_globs(globs, names);
  if (idle.empty()) return "";
  const bool none = names.empty();
  names.insert(names.end(), {"safe", "all", "none"});
  const std::string meant = suggestion(idle.front(), names);
  return "--" + std::string(option) + " " + shortened(idle.front(), 80) + ": the server has no " +
         std::string(option, std::string_view(option).size() - 1) + " whose " + key + " fits" +
         (none && meant.empty() ? "; it lists none" : meant);
}

// What was to be left alone, and is not there, is a mistake that may cost something.
std::string spares_nothing(const ExerciseOptions& exercise, const Surface& surface) {
  std::vector<std::string> names;
  for (const auto& [list, key] :
       {std::pair(&surface.tools, "name"), std::pair(&surface.prompts, "name"), std::pair(&surface.resources, "uri")})
    for (std::string& name : names_in(*list, key)) names.push_back(std::move(name));
  if (names.empty() || exercise.empty()) return "";
  std::vector<std::string> idle = idle_globs(exercise.tools.except, names);
  // A pattern may be meant for what there may be one day, or for what a template gives.
  std::erase_if(idle, [](const std::string& name) { return name.find_first_of("*?[:") != name.npos; });
  if (idle.empty()) return "";
  return "--not " + shortened(idle.front(), 80) + ": the server has no tool, prompt or resource of that name" +
         suggestion(idle.front(), names);
}

std::string fits_nothing(const ExerciseOptions& exercise, const Surface& surface) {
  std::string missing = fits_nothing("tools", exercise.tools.globs, surface.tools, "name");
  if (missing.empty()) missing = fits_nothing("prompts", exercise.prompts.globs, surface.prompts, "name");
  if (missing.empty()) missing = fits_nothing("resources", exercise.resources.globs, surface.resources, "uri");
  return missing.empty() ? spares_nothing(exercise, surface) : missing;
}

void add_roles(const std::vector<Step>& steps, std::set<std::string>& roles) {
  for (const Step& step : steps) {
    if (const json* role = member(step.arguments, "role"); role != nullptr && role->is_string())
      roles.insert(role->get<std::string>());
    add_roles(step.steps, roles);
  }
}

}  // namespace

bool names_anything(const RunOptions& options) {
  return !options.roles.empty() || !options.prompts.empty() || !options.resources.empty();
}

std::string missing_name(const RunOptions& options, const Surface& surface) {
  if (!surface.problems.empty()) return "";
  for (const auto& [role, tool] : options.roles)
    if (std::string missing = not_there(("--tool " + role).c_str(), "tool", tool.tool, surface.tools, "name");
        !missing.empty())
      return missing;
  if (std::string missing = fits_nothing(options.exercise, surface); !missing.empty()) return missing;
  for (const json& prompt : options.prompts)
    if (std::string missing =
            not_there("--prompt", "prompt", std::string(string_member(prompt, "name")), surface.prompts, "name");
        !missing.empty())
      return missing;
  // A template may give what no list names.
  if (surface.templates.is_array() && !surface.templates.json().empty()) return "";
  for (const std::string& uri : options.resources) {
    if (uri.starts_with("skill://") || uri.starts_with("ui://")) continue;  // need not be listed
    if (std::string missing = not_there("--resource", "resource", uri, surface.resources, "uri"); !missing.empty())
      return missing;
  }
  return "";
}

std::string unknown_role(const RunOptions& options, const std::vector<Suite>& suites) {
  std::set<std::string> roles, of_several;
  for (const Suite& suite : suites)
    for (const Check& check : suite.checks) {
      for (const Need& need : check.needs) {
        if (need.kind != NeedKind::role) continue;
        roles.insert(need.argument);
        if (check.refers_to.contains("role." + need.argument + ".all")) of_several.insert(need.argument);
      }
      add_roles(check.steps, roles);
    }
  const std::vector<std::string> known(roles.begin(), roles.end());
  for (const auto& [role, tool] : options.roles)
    if (roles.count(role) == 0)
      return "--tool " + shortened(role, 60) + "=" + shortened(tool.tool, 60) + ": no check knows the role " +
             shortened(role, 60) + suggestion(role, known) + "; `mcplumb help check` tells what each role is for";
  for (const auto& [role, tool] : options.roles)
    if (options.roles.count(role) > 1 && of_several.count(role) == 0)
      return "--tool " + shortened(role, 60) + " is given twice, and its checks call one tool";
  return "";
}

std::string idle_roles(const RunOptions& options, const std::vector<Planned>& plan) {
  std::set<std::string> used, idle;
  for (const Planned& planned : plan) {
    if (!planned.skip.empty()) continue;
    for (const Need& need : planned.check->needs)
      if (need.kind == NeedKind::role) used.insert(need.argument);
    add_roles(planned.check->steps, used);
  }
  // The arguments that came with a role are those that calls are made from.
  const auto serves_calls = [&](const ToolRole& tool) {
    return !options.exercise.tools.empty() && !tool.arguments.empty();
  };
  for (const auto& [role, tool] : options.roles)
    if (used.count(role) == 0 && !serves_calls(tool)) idle.insert(role);
  std::string text;
  for (const std::string& role : idle) text += (text.empty() ? "" : ", ") + role;
  return text;
}

}  // namespace mcplumb
