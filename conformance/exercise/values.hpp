// Values made from a JSON Schema: such as it describes, and such as break one of its rules.
//
// What is made is a try. Schemas can say more than is read here (if, not, dependent keywords, patterns that look
// ahead), so whoever uses a value lets the schema itself decide (conformance/schema) whether it fits.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
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
  // `stopped` is asked now and then: true ends it with what there is.
  ValueMaker(const nlohmann::json& document, std::uint64_t seed, std::function<bool()> stopped = {});

  // That should fit, the plainest first: const, enum, examples and default before made ones; of an object one with what
  // is required, one with everything, and one for each other value of each member. Empty: none could be made.
  std::vector<MadeValue> fitting();
  std::vector<MadeValue> plainest();  // the first of these, at most
  // That should not, each in one place only; made from the plainest that fits.
  std::vector<MadeValue> breaking();
  // Which bound of ours kept the last of them from making all that there is, one sentence; empty: none. Of values that
  // are too large by themselves only that is told without which none can be made.
  std::string at_limit() const;

 private:
  using json = nlohmann::json;
  using Values = std::vector<MadeValue>;

  Values fitting(const json& schema, int depth);
  Values breaking(const json& schema, int depth);
  // The schema with its references followed and allOf taken together; one for each alternative of anyOf and oneOf.
  std::vector<json> flat(const json& schema, int depth);
  json without_combiners(const json& schema);
  bool has_default(const json& schema, const std::string& name);  // of a property
  // False: so much is not made any more.
  bool take_of(std::size_t& left, std::size_t bytes);  // false: it is used up, and nothing more is made of it
  bool may_copy(std::size_t bytes);
  bool may_hold(std::size_t bytes);
  void add(Values& all, json value, std::string what);  // if it may be held
  void begin();
  const json* target_of(const std::string& reference) const;

  void add_named(Values& all, const json& schema);
  void add_plain(Values& all, Values more);  // that are made in one piece
  Values of_type(const std::string& type, const json& schema, int depth);
  Values texts(const json& schema);
  Values numbers(const json& schema, bool whole) const;
  Values arrays(const json& schema, int depth);
  Values objects(const json& schema, int depth);
  // `make` with the plainest values alone, if that is enough.
  template <class Make>
  Values plain_if(bool enough, const Make& make) {
    const bool before = std::exchange(only_plainest_, only_plainest_ || enough);
    Values made = make();
    only_plainest_ = before;
    return made;
  }
  Values broken_texts(const json& schema) const;
  Values broken_numbers(const json& schema, bool whole) const;
  Values broken_arrays(const json& schema, int depth);
  Values broken_objects(const json& schema, int depth);
  std::string random_text(std::size_t length);

  const json& document_;
  Random random_;
  std::function<bool()> stopped_;
  std::size_t budget_ = 20'000;  // schemas looked at, so that none takes for ever
  std::size_t to_copy_ = 0, to_hold_ = 0;
  bool cut_ = false, is_too_large_ = false;
  bool only_plainest_ = false;
};

}  // namespace mcplumb
