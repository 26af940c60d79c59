#include "conformance/engine/tool_list_judges.hpp"

#include <algorithm>
#include <map>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/record/model_view.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

// Every tool that was listed, once, as it was listed last, and on which exchange.
std::map<std::string_view, std::pair<const json*, std::size_t>> listed_tools(const JudgeInput& input) {
  std::map<std::string_view, std::pair<const json*, std::size_t>> all;
  each_listed_tool(input.trace, [&](const json& tool, const Received& listed) {
    if (const std::string_view name = string_member(tool, "name"); !name.empty()) all[name] = {&tool, listed.exchange};
  });
  return all;
}

// A few names, and how many more there are. They may be long, and many.
class SomeNames {
 public:
  // `name` says one of them.
  template <class Name>
  void add(const Name& name) {
    if (count_ < kShown) text_ += (count_ > 0 ? ", " : "") + shortened(name(), 60);
    ++count_;
  }
  bool empty() const { return count_ == 0; }
  std::string text() const {
    return count_ > kShown ? text_ + " and " + std::to_string(count_ - kShown) + " more" : text_;
  }

 private:
  static constexpr std::size_t kShown = 5;
  std::size_t count_ = 0;
  std::string text_;
};

JudgeResult judge_tool_list_size(const JudgeInput& input) {
  constexpr std::size_t kMost = 60000;  // bytes
  JudgeResult result = nothing_seen("no tool was listed");
  std::size_t exchange = 0, bytes = 0, tools = 0;
  for (const auto& [name, found] : listed_tools(input)) {
    bytes += bytes_of_tool_for_model(*found.first);
    exchange = found.second;
    ++tools;
  }
  if (tools == 0) return result;
  ++result.judged;
  if (bytes > kMost)
    blame(result, input.severity, "result.tools", "at most " + model_cost_text(kMost),
          model_cost_text(bytes) + " (" + plural(tools, "tool", "tools") + ", " + std::to_string(bytes) + " bytes)",
          exchange);
  return result;
}

JudgeResult judge_tool_descriptions(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no tool was listed");
  SomeNames none, same;
  std::map<std::string_view, std::string_view> first;  // description -> tool
  std::size_t exchange = 0;
  for (const auto& [name, found] : listed_tools(input)) {
    ++result.judged;
    exchange = found.second;
    const std::string_view text = string_member(*found.first, "description"), tool = name;
    if (text.find_first_not_of(" \t\r\n") == text.npos) {
      none.add([&] { return tool; });
    } else if (const auto [before, is_new] = first.try_emplace(text, tool); !is_new) {
      const std::string_view other = before->second;
      same.add([&] { return std::string(other) + " and " + std::string(tool); });
    }
  }
  if (!none.empty())
    blame(result, input.severity, "result.tools", "a description of every tool", "none: " + none.text(), exchange);
  if (!same.empty())
    blame(result, input.severity, "result.tools", "descriptions that tell tools apart", "the same: " + same.text(),
          exchange);
  return result;
}

bool is_described(const json& property) {
  return !property.is_object() || member(property, "description") != nullptr || member(property, "title") != nullptr ||
         member(property, "$ref") != nullptr || member(property, "const") != nullptr ||
         member(property, "enum") != nullptr;
}

JudgeResult judge_parameter_descriptions(const JudgeInput& input) {
  JudgeResult result = nothing_seen("no tool with parameters was listed");
  SomeNames none;
  std::size_t exchange = 0;
  for (const auto& [name, found] : listed_tools(input)) {
    const json* schema = member(*found.first, "inputSchema");
    const json* properties = schema != nullptr ? member(*schema, "properties") : nullptr;
    if (properties == nullptr || !properties->is_object()) continue;
    const std::string_view tool = name;
    for (auto each = properties->begin(); each != properties->end(); ++each) {
      ++result.judged;
      if (!is_described(*each)) none.add([&] { return std::string(tool) + "." + each.key(); });
    }
    exchange = found.second;
  }
  if (!none.empty())
    blame(result, input.severity, "result.tools", "a description of every parameter", "none: " + none.text(), exchange);
  return result;
}

constexpr NamedJudge kToolListJudges[] = {{"tool-list-size", judge_tool_list_size},
                                          {"tool-descriptions", judge_tool_descriptions},
                                          {"parameter-descriptions", judge_parameter_descriptions}};

}  // namespace

std::span<const NamedJudge> tool_list_judges() { return kToolListJudges; }

}  // namespace mcplumb
