#include "conformance/record/exercise_json.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

json fault_json(const ToolFault& fault) {
  json value = {{"kind", to_string(fault.kind)},
                {"what", fault.what},
                {"arguments", fault.arguments},
                {"fits", fault.fits},
                {"times", fault.times}};
  if (!fault.special.empty()) value["special"] = fault.special;
  if (!fault.also.empty()) value["also"] = fault.also;
  if (fault.exchange) value["exchange"] = *fault.exchange;
  if (fault.by_chance) value["by_chance"] = true;
  return value;
}

constexpr std::pair<const char*, std::size_t ToolUse::*> kCounts[] = {
    {"fitting", &ToolUse::fitting},   {"breaking", &ToolUse::breaking}, {"failed", &ToolUse::failed},
    {"refused", &ToolUse::refused},   {"together", &ToolUse::together}, {"measured", &ToolUse::measured},
    {"given_up", &ToolUse::given_up},
};

constexpr std::pair<const char*, Micros ToolTimes::*> kTimes[] = {{"low", &ToolTimes::low},
                                                                  {"median", &ToolTimes::median},
                                                                  {"high", &ToolTimes::high},
                                                                  {"p95", &ToolTimes::p95},
                                                                  {"most", &ToolTimes::most}};

json use_json(const ToolUse& use) {
  json value = {{"tool", use.tool}, {"roles", json::array()}, {"faults", json::array()}};
  for (const auto& [key, count] : kCounts) value[key] = use.*count;
  for (const SeenRole& seen : use.roles) value["roles"].push_back({{"role", seen.role}, {"arguments", seen.arguments}});
  if (!use.left_out.empty()) value["left_out"] = use.left_out;
  if (!use.own_limit.empty()) value["own_limit"] = {{"calls", use.at_limit}, {"what", use.own_limit}};
  if (use.times.calls > 0) {
    json& times = value["times"] = {{"calls", use.times.calls}};
    for (const auto& [key, span] : kTimes) times[key] = use.times.*span;
  }
  for (const ToolFault& fault : use.faults) value["faults"].push_back(fault_json(fault));
  return value;
}

ToolFault read_fault(const JsonReader& in, std::size_t exchanges) {
  ToolFault fault;
  fault.kind = in.at("kind").word(&tool_fault_from);
  fault.what = in.at("what").string();
  fault.arguments = in.at("arguments").raw();
  fault.fits = in.at("fits").boolean();
  fault.times = in.at("times").count();
  fault.by_chance = in.has("by_chance") && in.at("by_chance").boolean();
  if (in.has("special")) fault.special = in.at("special").string();
  if (in.has("also")) in.at("also").each([&](const JsonReader& each) { fault.also.push_back(each.string()); });
  if (in.has("exchange")) {
    fault.exchange = in.at("exchange").count();
    if (*fault.exchange >= exchanges) in.at("exchange").miss("the number of an exchange of this run");
  }
  return fault;
}

ToolUse read_use(const JsonReader& in, std::size_t exchanges) {
  ToolUse use;
  use.tool = in.at("tool").string();
  for (const auto& [key, count] : kCounts) use.*count = in.at(key).count();
  if (in.has("left_out")) use.left_out = in.at("left_out").string();
  if (in.has("own_limit")) {
    use.at_limit = in.at("own_limit").at("calls").count();
    use.own_limit = in.at("own_limit").at("what").string();
  }
  in.at("roles").each([&](const JsonReader& seen) {
    use.roles.push_back({seen.at("role").string(), seen.at("arguments").raw()});
  });
  if (in.has("times")) {
    const JsonReader times = in.at("times");
    use.times.calls = times.at("calls").count();
    for (const auto& [key, span] : kTimes) use.times.*span = times.at(key).integer();
  }
  in.at("faults").each([&](const JsonReader& fault) { use.faults.push_back(read_fault(fault, exchanges)); });
  return use;
}

}  // namespace

void write_exercise(json& value, const Run& run) {
  if (!run.exercise) return;
  json& exercise = value["exercise"] = {{"seed", run.exercise->seed}, {"tools", json::array()}};
  if (!run.exercise->ended.empty()) exercise["ended"] = run.exercise->ended;
  for (const ToolUse& use : run.exercise->tools) exercise["tools"].push_back(use_json(use));
  for (const auto& [key, uses] :
       {std::pair("resources", &run.exercise->resources), std::pair("prompts", &run.exercise->prompts)})
    for (const ToolUse& use : *uses) exercise[key].push_back(use_json(use));
}

void read_exercise(const JsonReader& in, Run& run) {
  if (!in.has("exercise")) return;
  const JsonReader exercise = in.at("exercise");
  run.exercise.emplace();
  run.exercise->seed = exercise.at("seed").count();
  if (exercise.has("ended")) run.exercise->ended = exercise.at("ended").string();
  exercise.at("tools").each(
      [&](const JsonReader& use) { run.exercise->tools.push_back(read_use(use, run.trace.exchanges.size())); });
  for (const auto& [key, uses] :
       {std::pair("resources", &run.exercise->resources), std::pair("prompts", &run.exercise->prompts)})
    if (exercise.has(key))
      exercise.at(key).each(
          [&, uses = uses](const JsonReader& use) { uses->push_back(read_use(use, run.trace.exchanges.size())); });
}

}  // namespace mcplumb
