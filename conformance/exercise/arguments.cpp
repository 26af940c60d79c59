#include "conformance/exercise/arguments.hpp"

#include <algorithm>
#include <set>

#include "client/jsonrpc/message.hpp"
#include "conformance/engine/argument_reading.hpp"
#include "conformance/exercise/values.hpp"

namespace mcplumb {

using nlohmann::json;

bool fits_schema(const json& tool, const json& arguments) {
  return read_arguments(part_at(tool, {"inputSchema"}), arguments).fit == ArgumentReading::Fit::fits;
}

ArgumentList make_arguments(const json& input_schema, std::uint64_t seed) {
  ArgumentList list;
  if (!input_schema.is_object()) {
    list.problem = "its inputSchema is no schema";
    return list;
  }
  ValueMaker maker(input_schema, seed);
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
      list.all.push_back({std::move(made.value), false, std::move(made.what), std::move(reading.why)});
  }
  return list;
}

}  // namespace mcplumb
