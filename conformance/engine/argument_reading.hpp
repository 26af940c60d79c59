// Whether arguments fit the input schema of a tool, and if not, whether a server has to refuse them.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "conformance/schema/schema.hpp"

namespace mcplumb {

// Which reading of the schema it takes to refuse the arguments: that of every dialect, of JSON Schema 2020-12 because
// no dialect is named, or of the dialect that is named.
enum class Refuses { every_reading, by_default, by_declaration };

struct ArgumentReading {
  enum class Fit {
    fits,
    breaks,     // and no conversion mends it
    converted,  // a server may make of them what fits, and need not: "5" where a number belongs
    undecided,
  };
  Fit fit = Fit::undecided;
  schema::Draft draft = schema::Draft::draft2020_12;  // the one that the schema names, or the default
  Refuses refuses = Refuses::every_reading;           // if they break it
  schema::Problem problem;                            // the first, if they break it
  std::string why;  // in words, one sentence: what is broken, or why it is undecided; empty if they fit
};

ArgumentReading read_arguments(const nlohmann::json& input_schema, const nlohmann::json& arguments);

// The same for many arguments of one schema, which is taken apart once and must outlive it.
class ArgumentReader {
 public:
  // `stopped` is asked now and then: true leaves undecided what is not decided yet.
  explicit ArgumentReader(const nlohmann::json& input_schema, std::function<bool()> stopped = {});
  ArgumentReading read(const nlohmann::json& arguments);
  std::size_t steps() const { return steps_; }  // that all of it took so far

 private:
  schema::Verdict read_as(schema::Draft draft, const nlohmann::json& arguments);

  const nlohmann::json& document_;
  const std::function<bool()> stopped_;
  std::map<schema::Draft, Result<schema::Schema>> compiled_;
  std::size_t steps_ = 0;
};

}  // namespace mcplumb
