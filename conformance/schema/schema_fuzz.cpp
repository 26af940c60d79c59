// A schema and an instance from anybody: the check must end, without a fault, and name places that exist.
// The input is two JSON texts with a zero byte between them.
#include "client/jsonrpc/message.hpp"
#include "conformance/schema/schema.hpp"
#include "tests/fuzz.hpp"

MCPLUMB_FUZZER(schema_fuzz) {
  using namespace mcplumb;
  const std::size_t middle = input.find('\0');
  if (middle == input.npos) return;
  const auto document = parse_json(input.substr(0, middle), {}, nullptr);
  const auto instance = parse_json(input.substr(middle + 1), {}, nullptr);
  if (!document || !instance) return;
  static_cast<void>(schema::check_schema(*document));
  for (const schema::Draft draft : {schema::Draft::draft7, schema::Draft::draft2019_09, schema::Draft::draft2020_12}) {
    schema::Options options;
    options.draft = draft;
    options.steps_max = 100'000;
    const auto compiled = schema::Schema::compile(*document, options);
    if (!compiled) return;
    const schema::Verdict verdict = compiled->check(*instance);
    for (const schema::Problem& problem : verdict.problems)
      fuzz::require(!problem.what.empty() && instance->contains(nlohmann::json::json_pointer(problem.instance)),
                    "a problem has words and a place", problem.what);
    fuzz::require(verdict.problems == compiled->check(*instance).problems, "twice the same");
  }
}
