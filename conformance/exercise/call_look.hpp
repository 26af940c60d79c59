// What one call of a tool says: of the tool, and of what is wrong with it.
#pragma once

#include <functional>
#include <vector>

#include "client/session/session.hpp"
#include "conformance/exercise/arguments.hpp"
#include "conformance/record/exercise.hpp"

namespace mcplumb {

// Of the notifications that came for a call. What they say may be large, and is not kept.
struct SeenProgress {
  std::size_t times = 0;
  nlohmann::json last, total;  // of the last one; null: no number
  void take(const nlohmann::json& params);
};

struct CallInput {
  const Trace& trace;
  const Answer& answer;
  const nlohmann::json& tool;  // as it was listed
  const MadeArguments& arguments;
  const SeenProgress& progress;
  const std::string& revision;
  std::function<bool()> stopped = {};  // asked now and then: true ends what takes long
};

struct CallLook {
  bool answered = false;    // with a response
  bool given_up = false;    // cancelled, as it took too long
  std::string own_limit;    // the bound of ours that ended it, one sentence: it says nothing of the tool
  bool refused = false;     // an error, or a result with isError
  bool http_error = false;  // the reply had a status from 400 on
  Micros took = 0;          // until the response
  std::string result;       // a digest; empty: there is none, or it is not over
  std::size_t exchange = 0;
  std::vector<std::string> roles;
  std::vector<ToolFault> faults;  // without arguments
  bool has(ToolFaultKind kind) const;
};

CallLook look_at_call(const CallInput& input);

std::string digest_of(const nlohmann::json& value);  // tells values apart that may be large

// No answer can come any more, and it is not that we no longer wait for it, or take no more.
bool broke_off(const Exchange& exchange);

// The roles that a tool plays by what the server sent on its session while it was called: from Trace::received[first]
// on.
std::vector<std::string> roles_of_messages(const Trace& trace, std::size_t first, const std::string& session);

}  // namespace mcplumb
