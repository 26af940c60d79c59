#include "cli/input/tool_arguments.hpp"

#include <algorithm>
#include <set>

#include "cli/input/files.hpp"
#include "cli/input/usage.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/text/printable.hpp"

namespace mcplumb::cli {
namespace {

using nlohmann::json;

// What a schema allows at the top: types, and values of enum and const.
struct Allowed {
  std::set<std::string> types;
  std::vector<json> values;
  bool anything = true;
};

// RFC 6901 section 3: behind a tilde stands 0 or 1. The library throws where a server wrote anything else.
bool is_pointer(std::string_view text) {
  for (std::size_t at = text.find('~'); at != text.npos; at = text.find('~', at + 1))
    if (at + 1 == text.size() || (text[at + 1] != '0' && text[at + 1] != '1')) return false;
  return true;
}

const json* local_reference(const json& root, const std::string& reference) {
  if (!reference.starts_with("#/") || !is_pointer(reference)) return nullptr;
  const json::json_pointer pointer(reference.substr(1));
  return root.contains(pointer) ? &root.at(pointer) : nullptr;
}

void collect(const json& root, const json& schema, Allowed& allowed, int depth) {
  if (!schema.is_object() || depth > 16) return;
  const auto add_type = [&](const json& type) {
    if (!type.is_string()) return;
    allowed.types.insert(type.get<std::string>());
    allowed.anything = false;
  };
  if (const json* type = member(schema, "type")) {
    if (type->is_array())
      for (const json& each : *type) add_type(each);
    else
      add_type(*type);
  }
  if (const json* values = member(schema, "enum"); values != nullptr && values->is_array())
    allowed.values.insert(allowed.values.end(), values->begin(), values->end());
  if (const json* value = member(schema, "const")) allowed.values.push_back(*value);
  for (const char* keyword : {"anyOf", "oneOf", "allOf"})
    if (const json* parts = member(schema, keyword); parts != nullptr && parts->is_array())
      for (const json& part : *parts) collect(root, part, allowed, depth + 1);
  if (const json* reference = member(schema, "$ref"); reference != nullptr && reference->is_string())
    if (const json* target = local_reference(root, reference->get<std::string>()))
      collect(root, *target, allowed, depth + 1);
}

bool is_allowed(const json& value, const Allowed& allowed) {
  if (std::find(allowed.values.begin(), allowed.values.end(), value) != allowed.values.end()) return true;
  if (value.is_string()) return allowed.types.count("string") != 0;
  if (value.is_boolean()) return allowed.types.count("boolean") != 0;
  if (value.is_null()) return allowed.types.count("null") != 0;
  if (value.is_array()) return allowed.types.count("array") != 0;
  if (value.is_object()) return allowed.types.count("object") != 0;
  return allowed.types.count("number") != 0 || (value.is_number_integer() && allowed.types.count("integer") != 0) ||
         (value.is_number_float() && allowed.types.count("integer") != 0);
}

// The text as the value that the schema wants; as text if it can be nothing else, for the validator to complain about.
json typed_value(const std::string& text, const Allowed& allowed) {
  const Result<json> read = parse_json(text, {}, nullptr);
  const bool is_listed = std::find(allowed.values.begin(), allowed.values.end(), json(text)) != allowed.values.end();
  if (is_listed || !read) return text;
  if (allowed.anything && allowed.values.empty()) return *read;
  // Where text is allowed, 5 is the text "5"; `name:=5` says otherwise.
  if (allowed.types.count("string") != 0 && !read->is_structured()) return text;
  return is_allowed(*read, allowed) ? *read : json(text);
}

json read_json(const std::string& text, const std::string& what) {
  Result<json> read = parse_json(text, kOwnFile, nullptr);
  if (!read) throw usage(what + " is not JSON: " + read.error().what);
  return std::move(*read);
}

const json* property(const json& schema, const std::string& name) {
  const json* properties = member(schema, "properties");
  return properties != nullptr ? member(*properties, name) : nullptr;
}

Allowed allowed_for(const json& schema, const std::string& name) {
  Allowed allowed;
  if (const json* found = property(schema, name)) collect(schema, *found, allowed, 0);
  return allowed;
}

Allowed allowed_in_list(const json& schema, const std::string& name) {
  Allowed allowed;
  const json* found = property(schema, name);
  if (const json* items = found != nullptr ? member(*found, "items") : nullptr) collect(schema, *items, allowed, 0);
  return allowed;
}

void put(json& arguments, const json& schema, const std::string& name, json value, bool may_be_list) {
  const Allowed allowed = allowed_for(schema, name);
  const bool is_list =
      may_be_list && allowed.types.count("array") != 0 && allowed.types.count("string") == 0 && !value.is_array();
  if (is_list && value.is_string()) value = typed_value(value.get<std::string>(), allowed_in_list(schema, name));
  const bool again = arguments.contains(name);
  if (again && !is_list) throw usage("the argument " + printable(name) + " is given twice");
  if (!is_list)
    arguments[name] = std::move(value);
  else if (again && arguments[name].is_array())
    arguments[name].push_back(std::move(value));
  else
    arguments[name] = json::array({std::move(value)});
}

}  // namespace

ArgumentWords::ArgumentWords(const std::vector<std::string>& words) {
  if (words.size() == 1 && (words[0].starts_with('{') || words[0].starts_with('@'))) {
    const bool is_file = words[0].starts_with('@');
    whole_ = read_json(is_file ? read_file(words[0].substr(1)) : words[0],
                       is_file ? printable(words[0].substr(1)) : "the text of the arguments");
    if (!whole_.is_object()) throw usage("the arguments must be a JSON object");
    return;
  }
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const bool is_json = equals != std::string::npos && equals > 0 && word[equals - 1] == ':';
    if (equals == std::string::npos || equals == (is_json ? 1 : 0))
      throw usage("'" + printable(word) + "' is not an argument; write name=value, name:=json, {json} or @FILE");
    Word made{word.substr(0, equals - (is_json ? 1 : 0)), word.substr(equals + 1), is_json, false};
    made.is_file = !is_json && made.text.starts_with('@');
    if (made.is_file) made.text = read_file(made.text.substr(1));
    if (is_json) read_json(made.text, "the argument " + printable(made.name));
    words_.push_back(std::move(made));
  }
}

json ArgumentWords::typed(const json& schema) const {
  if (!whole_.is_null()) return whole_;
  json arguments = json::object();
  for (const Word& word : words_) {
    json value = word.is_json   ? read_json(word.text, word.name)
                 : word.is_file ? json(word.text)
                                : typed_value(word.text, allowed_for(schema, word.name));
    put(arguments, schema, word.name, std::move(value), !word.is_json);
  }
  return arguments;
}

json ArgumentWords::as_text() const {
  json arguments = whole_.is_null() ? json::object() : whole_;
  for (const Word& word : words_) put(arguments, nullptr, word.name, word.text, false);
  for (auto& [name, value] : arguments.items())
    if (!value.is_string()) value = serialize(value);
  return arguments;
}

}  // namespace mcplumb::cli
