// Arguments for a tool, made from its input schema: first such as fit it, from the plainest to the strangest, then such
// as break one rule of it at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace mcplumb {

struct MadeArguments {
  nlohmann::json value;  // an object
  bool fits = true;
  std::string what;           // what is special about them: "limit: negative"; empty: nothing
  std::string problem;        // if they do not fit: the rule that they break, in the words of conformance/schema
  bool extra_member = false;  // and all that breaks it is a member that the schema does not allow
  bool large = false;         // they may ask for much: something in them is far larger than in the plainest
};

struct ArgumentList {
  std::vector<MadeArguments> all;  // those that fit first
  std::string problem;             // why there are none that fit, one sentence; empty = there are
  std::string at_limit;            // which bound of ours kept it from being all, one sentence; empty = none
};

struct ArgumentWishes {
  std::uint64_t seed = 1;
  // Arguments that the user says to work: their members come before all else that these may be.
  std::vector<nlohmann::json> given = {};
  bool only_plainest = false;          // whether there are some that fit is asked
  std::function<bool()> stopped = {};  // asked now and then: true ends it with what there is
};

// The same for the same schema and seed. Whether something fits is decided by the schema, in its own dialect; what does
// not fit does so in every dialect that a server may take it for, and cannot be converted into what would
// (tools#error-handling leaves "5" for 5 to the server).
ArgumentList make_arguments(const nlohmann::json& input_schema, const ArgumentWishes& wishes);

}  // namespace mcplumb
