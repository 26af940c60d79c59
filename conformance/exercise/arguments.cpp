#include "conformance/exercise/arguments.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "conformance/engine/argument_reading.hpp"
#include "conformance/exercise/value_parts.hpp"
#include "conformance/exercise/values.hpp"

namespace mcplumb {

using nlohmann::json;

namespace {

constexpr double kMuchMore = 8;  // times as much as in the plainest
constexpr std::size_t kLongText = 1000, kLongArray = 30;
constexpr std::size_t kStepsOfOneTool = 5'000'000;  // of conformance/schema, for all that is made

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

// Lets the schema decide which of the made values are taken.
class Chooser {
 public:
  Chooser(const json& schema, const ArgumentWishes& wishes, ArgumentList& list)
      : wishes_(wishes), list_(list), reader_(schema, wishes.stopped) {}

  void take_fitting(std::vector<MadeValue> made) {
    for (MadeValue& each : made) {
      if (!has_room() || (wishes_.only_plainest && !list_.all.empty())) break;
      if (!is_new(each.value)) continue;
      ArgumentReading reading = reader_.read(each.value);
      if (reading.fit == ArgumentReading::Fit::fits)
        list_.all.push_back({std::move(each.value), true, std::move(each.what), ""});
      else if (why_not_.empty())
        why_not_ = reading.why;
    }
    taken_ = list_.all.size();
  }

  void take_breaking(std::vector<MadeValue> made) {
    for (MadeValue& each : made) {
      if (!has_room()) break;
      if (!is_new(each.value)) continue;
      ArgumentReading reading = reader_.read(each.value);
      if (reading.fit == ArgumentReading::Fit::breaks && reading.refuses == Refuses::every_reading)
        list_.all.push_back({std::move(each.value), false, std::move(each.what), std::move(reading.why),
                             is_extra_member(reading.problem)});
    }
  }

  std::string why_none() const {
    return why_not_.empty() ? "no arguments could be made that fit its inputSchema"
                            : "the arguments that were made do not fit its inputSchema: " + why_not_;
  }

 private:
  bool has_room() {
    if (wishes_.stopped && wishes_.stopped()) return false;
    return list_.all.size() < taken_ + kMadeOfOneMax && reader_.steps() < kStepsOfOneTool;
  }
  bool is_new(const json& value) {
    return value.is_object() && known_.insert(std::hash<std::string>()(serialize(value))).second;
  }

  const ArgumentWishes& wishes_;
  ArgumentList& list_;
  ArgumentReader reader_;
  std::set<std::size_t> known_;  // hashes of their texts
  std::size_t taken_ = 0;        // before those that are taken now
  std::string why_not_;
};

}  // namespace

ArgumentList make_arguments(const json& input_schema, const ArgumentWishes& wishes) {
  ArgumentList list;
  if (!input_schema.is_object()) {
    list.problem = "its inputSchema is no schema";
    return list;
  }
  const json with_given = wishes.given.empty() ? json() : with_examples(input_schema, wishes.given);
  ValueMaker maker(with_given.is_null() ? input_schema : with_given, wishes.seed, wishes.stopped);
  Chooser chooser(input_schema, wishes, list);
  if (wishes.only_plainest) chooser.take_fitting(maker.plainest());
  if (list.all.empty()) chooser.take_fitting(maker.fitting());
  list.at_limit = maker.at_limit();
  if (list.all.empty() && wishes.stopped && wishes.stopped())
    return {{}, "there was no time left to make arguments", ""};
  if (list.all.empty()) {
    list.problem = !list.at_limit.empty() ? list.at_limit : chooser.why_none();
    return list;
  }
  if (wishes.only_plainest) return list;
  chooser.take_breaking(maker.breaking());
  if (list.at_limit.empty()) list.at_limit = maker.at_limit();
  const json& plainest = list.all.front().value;
  const double usual = largest_number(plainest);
  const bool usually_long = is_long(plainest);
  for (MadeArguments& each : list.all)
    each.large = largest_number(each.value) > kMuchMore * usual || (is_long(each.value) && !usually_long);
  return list;
}

}  // namespace mcplumb
