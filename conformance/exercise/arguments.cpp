#include "conformance/exercise/arguments.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "conformance/engine/argument_reading.hpp"
#include "conformance/exercise/values.hpp"

namespace mcplumb {

using nlohmann::json;

namespace {

constexpr double kMuchMore = 8;  // times as much as in the plainest
constexpr std::size_t kLongText = 1000, kLongArray = 30;

double largest_number(const json& value) {
  if (value.is_number()) return std::abs(value.get<double>());
  double largest = 1;
  if (value.is_structured())
    for (const json& each : value) largest = std::max(largest, largest_number(each));
  return largest;
}

bool is_long(const json& value) {
  if (value.is_string()) return value.get_ref<const std::string&>().size() > kLongText;
  if (!value.is_structured()) return false;
  return value.size() > kLongArray || std::any_of(value.begin(), value.end(), is_long);
}

// A member that is not allowed is all that is wrong.
bool is_extra_member(const schema::Problem& problem) {
  return problem.schema.find("additionalProperties") != std::string::npos ||
         problem.schema.find("unevaluatedProperties") != std::string::npos;
}

// The members of what is given as examples of the properties.
json with_examples(json schema, const std::vector<json>& given) {
  const json* properties = member(schema, "properties");
  if (properties == nullptr || !properties->is_object()) return schema;
  for (auto each = given.rbegin(); each != given.rend(); ++each) {
    if (!each->is_object()) continue;
    for (const auto& [name, value] : each->items()) {
      json& property = schema["properties"][name];
      if (!property.is_object()) property = json::object();
      json& examples = property["examples"];
      if (!examples.is_array()) examples = json::array();
      examples.insert(examples.begin(), value);
    }
  }
  return schema;
}

}  // namespace

bool fits_schema(const json& tool, const json& arguments) {
  return read_arguments(part_at(tool, {"inputSchema"}), arguments).fit == ArgumentReading::Fit::fits;
}

ArgumentList make_arguments(const json& input_schema, std::uint64_t seed, const std::vector<json>& given) {
  ArgumentList list;
  if (!input_schema.is_object()) {
    list.problem = "its inputSchema is no schema";
    return list;
  }
  const json document = with_examples(input_schema, given);
  ValueMaker maker(document, seed);
  std::set<std::string> known;
  const auto is_new = [&](const json& value) { return value.is_object() && known.insert(serialize(value)).second; };
  std::string why_not;
  for (MadeValue& made : maker.fitting()) {
    if (!is_new(made.value)) continue;
    ArgumentReading reading = read_arguments(input_schema, made.value);
    if (reading.fit == ArgumentReading::Fit::fits)
      list.all.push_back({std::move(made.value), true, std::move(made.what), ""});
    else if (why_not.empty())
      why_not = reading.why;
  }
  if (list.all.empty()) {
    list.problem = why_not.empty() ? "no arguments could be made that fit its inputSchema"
                                   : "the arguments that were made do not fit its inputSchema: " + why_not;
    return list;
  }
  for (MadeValue& made : maker.breaking()) {
    if (!is_new(made.value)) continue;
    ArgumentReading reading = read_arguments(input_schema, made.value);
    if (reading.fit == ArgumentReading::Fit::breaks && reading.refuses == Refuses::every_reading)
      list.all.push_back({std::move(made.value), false, std::move(made.what), std::move(reading.why),
                          is_extra_member(reading.problem)});
  }
  const json plainest = list.all.front().value;
  for (MadeArguments& each : list.all)
    each.large = largest_number(each.value) > kMuchMore * largest_number(plainest) ||
                 (is_long(each.value) && !is_long(plainest));
  return list;
}

}  // namespace mcplumb
