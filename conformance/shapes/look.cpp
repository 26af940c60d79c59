#include "conformance/shapes/look.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "client/jsonrpc/message.hpp"
#include "client/text/wording.hpp"
#include "conformance/language/format.hpp"
#include "conformance/language/path.hpp"
#include "conformance/language/selection.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;
using Kind = ValueForm::Kind;
using Sort = ShapeDefinition::Kind;

constexpr std::size_t kDefectsKept = 50;

// "result tools/list" -> "tools/list"
std::string owner_of(std::string_view shape) {
  const std::size_t space = shape.find(' ');
  return std::string(space == std::string_view::npos ? shape : shape.substr(space + 1));
}

bool is_integer(const json& value) {
  return value.is_number_integer() ||
         (value.is_number_float() && std::trunc(value.get<double>()) == value.get<double>());
}

bool fits_plainly(const ValueForm& form, const json& value) {
  switch (form.kind) {
    case Kind::text:
      return value.is_string();
    case Kind::integer:
      return is_integer(value);
    case Kind::number:
      return value.is_number() &&
             (form.least >= form.most || (value.get<double>() >= form.least && value.get<double>() <= form.most));
    case Kind::boolean:
      return value.is_boolean();
    case Kind::object:
    case Kind::map:
      return value.is_object();
    case Kind::null:
      return value.is_null();
    case Kind::literal:
      return value == form.name;
    case Kind::format:
      return value.is_string() && has_format(value.get_ref<const std::string&>(), form.name);
    case Kind::list:
      return value.is_array();
    default:
      return true;
  }
}

std::string in_words(const ValueForm& form) {
  switch (form.kind) {
    case Kind::text:
      return "text";
    case Kind::integer:
      return "a whole number";
    case Kind::number:
      return form.least < form.most ? "a number from " + form.words.substr(4, form.words.find('.') - 4) + " to " +
                                          form.words.substr(form.words.find("..") + 2, 1)
                                    : "a number";
    case Kind::boolean:
      return "true or false";
    case Kind::null:
      return "null";
    case Kind::literal:
      return "\"" + form.name + "\"";
    case Kind::format:
      return describe_format(form.name);
    case Kind::list:
      return "a list";
    case Kind::either: {
      std::string text;
      for (const ValueForm& part : form.parts) text += (text.empty() ? "" : " or ") + in_words(part);
      return text;
    }
    case Kind::named:
      return "a " + form.name;
    default:
      return "an object";
  }
}

class Looker {
 public:
  Looker(const ShapeTable& table, std::string_view revision) : table_(table), revision_(revision) {}

  void look(std::string_view shape, const json& value, const std::string& path, const std::string& member) {
    const auto defined = table_.find(shape);
    if (defined == table_.end()) return;
    for (const ShapeDefinition& definition : defined->second)
      if (definition.range.contains(revision_)) apply(owner_of(shape), definition, value, path, member);
  }

  ShapeLook found;

 private:
  // `member` is what holds the value: its defect if the value is of another kind altogether.
  void apply(const std::string& owner, const ShapeDefinition& definition, const json& value, const std::string& path,
             const std::string& member) {
    if (definition.kind == Sort::alias) return hold(definition.members.front().form, value, path, member);
    if (!value.is_object()) return blame(member, path, "an object", value);
    if (definition.kind == Sort::by) return choose_by(owner, definition, value, path);
    if (definition.kind == Sort::has) return choose_has(owner, definition, value, path);
    for (const ShapeMember& each : definition.members) {
      if (!each.range.contains(revision_)) continue;
      const std::string name = owner + "." + each.name, place = path + "." + each.name;
      const json* part = mcplumb::member(value, each.name);
      if (part == nullptr && each.optional) continue;
      found.members.insert(name);
      part == nullptr ? blame(name, place, in_words(each.form), nullptr, true) : hold(each.form, *part, place, name);
    }
  }

  void choose_by(const std::string& owner, const ShapeDefinition& definition, const json& value,
                 const std::string& path) {
    found.members.insert(owner);
    const json* key = mcplumb::member(value, definition.key);
    const std::string place = path + "." + definition.key;
    std::string known;
    for (const ShapeMember& each : definition.members) {
      if (!each.range.contains(revision_)) continue;
      if (key != nullptr ? *key == each.name : each.name == definition.otherwise)
        return hold(each.form, value, path, owner);
      known += (known.empty() ? "" : " or ") + ("\"" + each.name + "\"");
    }
    key == nullptr ? blame(owner, place, known, nullptr, true) : blame(owner, place, known, *key);
  }

  void choose_has(const std::string& owner, const ShapeDefinition& definition, const json& value,
                  const std::string& path) {
    found.members.insert(owner);
    std::string known;
    for (const ShapeMember& each : definition.members) {
      if (!each.range.contains(revision_)) continue;
      if (each.name == "else" || value.contains(each.name)) return hold(each.form, value, path, owner);
      known += (known.empty() ? "" : " or ") + each.name;
    }
    blame(owner, path, "an object with " + known, value);
  }

  void hold(const ValueForm& form, const json& value, const std::string& path, const std::string& member) {
    if (form.kind == Kind::named) return look(form.name, value, path, member);
    if (form.kind == Kind::either) return hold_either(form, value, path, member);
    if (!fits_plainly(form, value)) return blame(member, path, in_words(form), value);
    if (form.kind == Kind::list)
      for (std::size_t i = 0; i < value.size(); ++i)
        hold(form.parts.front(), value[i], path_below(path, i, value[i]), member);
    if (form.kind == Kind::map)
      for (const auto& [key, each] : value.items()) hold(form.parts.front(), each, path + "." + key, member);
  }

  // A list is held against what is a list, an object against the rest; so a defect is told where it is.
  void hold_either(const ValueForm& form, const json& value, const std::string& path, const std::string& member) {
    for (const ValueForm& part : form.parts)
      if (value.is_structured() && part.kind != Kind::named ? part.kind == Kind::list && value.is_array()
                                                            : part.kind == Kind::named && value.is_object())
        return hold(part, value, path, member);
    for (const ValueForm& part : form.parts) {
      Looker other(table_, revision_);
      other.hold(part, value, path, member);
      if (other.found.defects.empty()) return;
    }
    blame(member, path, in_words(form), value);
  }

  void blame(const std::string& member, const std::string& path, std::string expected, const json& actual,
             bool missing = false) {
    if (found.defects.size() >= kDefectsKept) return;
    found.defects.push_back(
        {member, path, std::move(expected), missing ? "missing" : shortened(serialize(actual), kDefectSize)});
  }

  const ShapeTable& table_;
  std::string_view revision_;
};

bool is_meant(std::string_view member, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return glob_matches(pattern, member); });
}

// What a result is depends on what it says of itself.
std::string shape_of_result(const json& result, std::string_view method) {
  const std::string_view type = string_member(result, "resultType");
  if (type == "input_required") return "InputRequiredResult";
  const bool is_task =
      type == "task" || (method == "tools/call" && result.contains("task") && !result.contains("content"));
  if (is_task) return "CreateTaskResult";
  // What tasks/result has of a cancelled task is not said anywhere.
  const bool is_call = method == "tasks/result" && result.contains("content");
  return "result " + std::string(is_call ? "tools/call" : method);
}

}  // namespace

bool ShapeLook::is_about(const std::vector<std::string>& patterns) const {
  return std::any_of(members.begin(), members.end(), [&](const std::string& each) { return is_meant(each, patterns); });
}

std::vector<const ShapeDefect*> ShapeLook::defects_of(const std::vector<std::string>& patterns) const {
  std::vector<const ShapeDefect*> found;
  for (const ShapeDefect& defect : defects)
    if (is_meant(defect.member, patterns)) found.push_back(&defect);
  return found;
}

ShapeLook look_at_shape(const ShapeTable& table, std::string_view shape, const json& value, const std::string& path,
                        std::string_view revision) {
  Looker looker(table, revision);
  looker.look(shape, value, path, owner_of(shape));
  return std::move(looker.found);
}

ShapeLook look_at_message(const json& message, std::string_view method, std::string_view revision) {
  const json *result = member(message, "result"), *params = member(message, "params");
  static const json kNone = json::object();
  if (result != nullptr && result->is_object())
    return look_at_shape(wire_shapes(), shape_of_result(*result, method), *result, "result", revision);
  if (message.is_object() && message.contains("method") && (params == nullptr || params->is_object()))
    return look_at_shape(wire_shapes(), "params " + std::string(method), params == nullptr ? kNone : *params, "params",
                         revision);
  return {};
}

std::set<std::string, std::less<>> members_of(const ShapeTable& table) {
  std::set<std::string, std::less<>> all;
  for (const auto& [name, definitions] : table)
    for (const ShapeDefinition& definition : definitions) {
      const std::string owner = owner_of(name);
      if (definition.kind == Sort::by || definition.kind == Sort::has) all.insert(owner);
      if (definition.kind == Sort::object)
        for (const ShapeMember& each : definition.members) all.insert(owner + "." + each.name);
    }
  return all;
}

}  // namespace mcplumb
