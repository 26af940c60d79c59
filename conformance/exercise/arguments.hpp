// Arguments for a tool, made from its input schema: first such as fit it, from the plainest to the strangest, then such
// as break one rule of it at a time.
#pragma once

#include <cstdint>
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
};

// The same for the same schema and seed. Whether something fits is decided by the schema, in its own dialect; what does
// not fit does so in every dialect that a server may take it for, and cannot be converted into what would
// (tools#error-handling leaves "5" for 5 to the server).
// `given` are arguments that the user says to work: their members come before all else that these may be.
ArgumentList make_arguments(const nlohmann::json& input_schema, std::uint64_t seed,
                            const std::vector<nlohmann::json>& given = {});

bool fits_schema(const nlohmann::json& tool, const nlohmann::json& arguments);  // its inputSchema

}  // namespace mcplumb
