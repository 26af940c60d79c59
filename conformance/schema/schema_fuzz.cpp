// A schema and an instance from anybody: the check must end, without a fault, and name places that exist.
// The input is two JSON texts with a zero byte between them.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "client/jsonrpc/message.hpp"
#include "conformance/schema/schema.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mcplumb;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t middle = text.find('\0');
  if (middle == text.npos) return 0;
  const auto document = parse_json(text.substr(0, middle), {}, nullptr);
  const auto instance = parse_json(text.substr(middle + 1), {}, nullptr);
  if (!document || !instance) return 0;
  static_cast<void>(schema::check_schema(*document));
  for (const schema::Draft draft : {schema::Draft::draft7, schema::Draft::draft2019_09, schema::Draft::draft2020_12}) {
    schema::Options options;
    options.draft = draft;
    options.steps_max = 100'000;
    const auto compiled = schema::Schema::compile(*document, options);
    if (!compiled) return 0;
    const schema::Verdict verdict = compiled->check(*instance);
    for (const schema::Problem& problem : verdict.problems)
      if (problem.what.empty() || !instance->contains(nlohmann::json::json_pointer(problem.instance))) std::abort();
    if (verdict.problems != compiled->check(*instance).problems) std::abort();
  }
  return 0;
}
