#include "conformance/engine/answers.hpp"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "client/jsonrpc/message.hpp"
#include "conformance/engine/step_parts.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

json text_for(const json& field) {
  const std::string_view format = string_member(field, "format");
  if (format == "email") return "someone@example.com";
  if (format == "uri") return "https://example.com/";
  if (format == "date") return "2026-01-31";
  if (format == "date-time") return "2026-01-31T12:00:00Z";
  const json& least = part(field, "minLength");
  const json& most = part(field, "maxLength");
  std::string text = "mcplumb";
  if (least.is_number_integer()) text.resize(std::max<std::size_t>(text.size(), std::min(least.get<int>(), 1000)), 'x');
  if (most.is_number_integer() && most.get<int>() >= 0)
    text.resize(std::min<std::size_t>(text.size(), most.get<int>()));
  return text;
}

// The first value that a list of choices offers; null if it is none.
json first_choice(const json& field) {
  const json& plain = part(field, "enum");
  if (plain.is_array() && !plain.empty()) return plain.front();
  for (const char* key : {"oneOf", "anyOf"}) {
    const json& titled = part(field, key);
    if (titled.is_array() && !titled.empty()) return part(titled.front(), "const");
  }
  return nullptr;
}

json value_for(const json& field) {
  if (const json* given = member(field, "default")) return *given;
  if (json choice = first_choice(field); !choice.is_null()) return choice;
  const std::string_view type = string_member(field, "type");
  if (type == "boolean") return true;
  if (type == "array") return json::array({first_choice(part(field, "items"))});
  if (type != "number" && type != "integer") return text_for(field);
  const json &least = part(field, "minimum"), &most = part(field, "maximum");
  return least.is_number() ? least : most.is_number() ? most : json(1);
}

// Into every field that takes any text, or any address if it is one.
json entered(const json& schema, const std::string& text) {
  json content = filled_form(schema);
  for (auto& [name, value] : content.items()) {
    const json& field = part_at(schema, {"properties", name});
    const std::string_view format = string_member(field, "format");
    const bool is_fit = format.empty() || (format == "email" && text.find('@') != std::string::npos);
    if (string_member(field, "type") == "string" && first_choice(field).is_null() && is_fit) value = text;
  }
  return content;
}

json answered(const json& wanted, const json& request) {
  if (const json* text = member(wanted, "enter")) {
    json result = {{"action", "accept"}};
    const json& params = part(request, "params");
    if (string_member(params, "mode") != "url")
      result["content"] = entered(part(params, "requestedSchema"), text_of(*text));
    return {{"result", std::move(result)}};
  }
  if (!wanted.is_string()) return wanted;
  const std::string word = wanted;
  if (word == "silent") return nullptr;
  json result = {{"action", word}};
  const json& params = part(request, "params");
  if (word == "invalid") result["action"] = "accept";
  if (word == "invalid" || (word == "accept" && string_member(params, "mode") != "url"))
    result["content"] = filled_form(part(params, "requestedSchema"));
  if (word == "invalid")
    for (json& value : result["content"]) value = {{"mcplumb", "no such value"}};
  return {{"result", std::move(result)}};
}

bool is_answer(const json& wanted) {
  if (wanted.is_string()) {
    const std::string word = wanted;
    return word == "silent" || word == "accept" || word == "decline" || word == "cancel" || word == "invalid";
  }
  return wanted.is_object() && wanted.size() == 1 &&
         (wanted.contains("result") || wanted.contains("error") || wanted.contains("enter"));
}

}  // namespace

json filled_form(const json& schema) {
  json content = json::object();
  const json& fields = part(schema, "properties");
  if (!fields.is_object()) return content;
  for (const auto& [name, field] : fields.items()) content[name] = value_for(field);
  return content;
}

Result<std::map<std::string, Answerer>> answers_of(const json& wanted) {
  std::map<std::string, Answerer> answers;
  if (wanted.is_null()) return answers;
  if (!wanted.is_object()) return failure("`answers` is a map from methods to answers");
  for (const auto& [method, each] : wanted.items()) {
    std::vector<json> all = each.is_array() ? each.get<std::vector<json>>() : std::vector<json>{each};
    if (all.empty() || !std::all_of(all.begin(), all.end(), is_answer))
      return failure("the answer to " + method +
                     " is silent, accept, decline, cancel, invalid, {enter: text}, {result: …} or {error: …}, or a "
                     "list of these");
    answers[method] = [all = std::move(all), next = std::make_shared<std::size_t>(0)](const json& request) {
      const std::size_t now = std::min((*next)++, all.size() - 1);
      return answered(all[now], request);
    };
  }
  return answers;
}

}  // namespace mcplumb
