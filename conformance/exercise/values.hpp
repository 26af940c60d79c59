// Values made from a JSON Schema: such as it describes, and such as break one of its rules.
//
// What is made is a try. Schemas can say more than is read here (if, not, dependent keywords, patterns that look
// ahead), so whoever uses a value lets the schema itself decide (conformance/schema) whether it fits.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "conformance/exercise/random.hpp"

namespace mcplumb {

struct MadeValue {
  nlohmann::json value;
  std::string what;  // "as small as minimum allows", of a member "limit: as small as minimum allows"; empty: plain
};

class ValueMaker {
 public:
  // `document` is the whole schema, for references within it; it must outlive the maker.
  ValueMaker(const nlohmann::json& document, std::uint64_t seed) : document_(document), random_(seed) {}

  // That should fit, the plainest first: const, enum, examples and default before made ones; of an object one with what
  // is required, one with everything, and one for each other value of each member. Empty: none could be made.
  std::vector<MadeValue> fitting() { return fitting(document_, 0); }
  // That should not, each in one place only; made from the plainest that fits.
  std::vector<MadeValue> breaking() { return breaking(document_, 0); }

 private:
  using json = nlohmann::json;
  using Values = std::vector<MadeValue>;

  Values fitting(const json& schema, int depth);
  Values breaking(const json& schema, int depth);
  // The schema with its references followed and allOf taken together; one for each alternative of anyOf and oneOf.
  std::vector<json> flat(const json& schema, int depth) const;
  bool has_default(const json& schema, const std::string& name) const;  // of a property
  const json* target_of(const std::string& reference) const;

  void add_named(Values& all, const json& schema) const;
  Values of_type(const std::string& type, const json& schema, int depth);
  Values texts(const json& schema);
  Values numbers(const json& schema, bool whole) const;
  Values arrays(const json& schema, int depth);
  Values objects(const json& schema, int depth);
  Values broken_texts(const json& schema) const;
  Values broken_numbers(const json& schema, bool whole) const;
  Values broken_arrays(const json& schema, int depth);
  Values broken_objects(const json& schema, int depth);
  std::string random_text(std::size_t length);

  const json& document_;
  Random random_;
  std::size_t budget_ = 20'000;  // schemas looked at, so that none takes for ever
};

}  // namespace mcplumb
