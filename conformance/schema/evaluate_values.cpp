// Assertions on single values: validation 2020-12, sections 6.1 to 6.3.
#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "conformance/schema/evaluator.hpp"
#include "conformance/schema/number.hpp"

namespace mcplumb::schema {
namespace {

using nlohmann::json;

bool is_of_type(const json& value, std::string_view type) {
  if (type == "string") return value.is_string();
  if (type == "number") return value.is_number();
  if (type == "integer") return is_integer(value);
  if (type == "boolean") return value.is_boolean();
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "null") return value.is_null();
  return true;  // no type of JSON: nothing is demanded
}

std::string with_article(const std::string& type) {
  if (type == "null") return type;
  return (type == "integer" || type == "object" || type == "array" ? "an " : "a ") + type;
}

// Unicode characters, not bytes (RFC 8259).
std::size_t length_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string characters(const json& count) { return count.dump() + (count == 1 ? " character" : " characters"); }

}  // namespace

void Evaluator::type(Frame& frame, const json& value) {
  const json types = value.is_string() ? json::array({value}) : value;
  if (!types.is_array()) return;
  std::string wanted;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (!types[i].is_string()) return;
    const auto& type = types[i].get_ref<const std::string&>();
    if (is_of_type(frame.instance, type)) return;
    wanted += (i == 0 ? "" : i + 1 == types.size() ? " or " : ", ") + with_article(type);
  }
  problem(frame, "type", "must be " + shortened(wanted, 120) + ", but is " + shown(frame.instance));
}

void Evaluator::enumeration(Frame& frame, const json& value) {
  if (!value.is_array()) return;
  spend(value.size());
  if (std::any_of(value.begin(), value.end(), [&](const json& each) { return equal(each, frame.instance); })) return;
  std::string wanted;
  for (const json& each : value) wanted += (wanted.empty() ? "" : ", ") + serialize(each);
  problem(frame, "enum", "must be one of " + shortened(wanted, 160) + ", but is " + shown(frame.instance));
}

void Evaluator::constant(Frame& frame, const json& value) {
  if (equal(value, frame.instance)) return;
  problem(frame, "const", "must be " + shortened(serialize(value), 120) + ", but is " + shown(frame.instance));
}

void Evaluator::multiple_of(Frame& frame, const json& value) {
  if (!frame.instance.is_number() || !value.is_number() || is_multiple_of(frame.instance, value)) return;
  problem(frame, "multipleOf", "must be a multiple of " + value.dump() + ", but is " + shown(frame.instance));
}

void Evaluator::number_bound(Frame& frame, const json& bound, const char* keyword, bool below, bool inclusive) {
  if (!frame.instance.is_number() || !bound.is_number()) return;
  const int order = compare_numbers(frame.instance, bound);
  if ((inclusive && order == 0) || (below ? order < 0 : order > 0)) return;
  const std::string limit = std::string(inclusive ? "at " : "") +
                            (below ? (inclusive ? "most " : "below ") : (inclusive ? "least " : "above "));
  problem(frame, keyword, "must be " + limit + bound.dump() + ", but is " + shown(frame.instance));
}

void Evaluator::maximum(Frame& frame, const json& value) { number_bound(frame, value, "maximum", true, true); }
void Evaluator::minimum(Frame& frame, const json& value) { number_bound(frame, value, "minimum", false, true); }
void Evaluator::exclusive_maximum(Frame& frame, const json& value) {
  number_bound(frame, value, "exclusiveMaximum", true, false);
}
void Evaluator::exclusive_minimum(Frame& frame, const json& value) {
  number_bound(frame, value, "exclusiveMinimum", false, false);
}

void Evaluator::max_length(Frame& frame, const json& value) {
  if (!frame.instance.is_string() || !value.is_number()) return;
  const std::size_t length = length_of(frame.instance.get_ref<const std::string&>());
  if (compare_numbers(json(length), value) > 0)
    problem(frame, "maxLength", "must have at most " + characters(value) + ", but has " + std::to_string(length));
}

void Evaluator::min_length(Frame& frame, const json& value) {
  if (!frame.instance.is_string() || !value.is_number()) return;
  const std::size_t length = length_of(frame.instance.get_ref<const std::string&>());
  if (compare_numbers(json(length), value) < 0)
    problem(frame, "minLength", "must have at least " + characters(value) + ", but has " + std::to_string(length));
}

void Evaluator::pattern(Frame& frame, const json& value) {
  if (!frame.instance.is_string() || !value.is_string()) return;
  const auto found = matches(value.get<std::string>(), frame.instance.get_ref<const std::string&>());
  if (found && !*found)
    problem(frame, "pattern",
            "must match " + shortened(value.get<std::string>(), 120) + ", but is " + shown(frame.instance));
}

}  // namespace mcplumb::schema
