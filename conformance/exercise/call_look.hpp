// What one call of a tool says: of the tool, and of what is wrong with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/session/session.hpp"
#include "conformance/exercise/arguments.hpp"
#include "conformance/record/exercise.hpp"

namespace mcplumb {

struct CallLook {
  bool answered = false;  // with a response
  bool refused = false;   // that is an error, or a result with isError
  Micros took = 0;
  std::vector<std::string> roles;
  std::vector<ToolFault> faults;  // without arguments
  bool has(ToolFaultKind kind) const;
};

// `tool` as it was listed; `progress` are the params of the notifications that came for the call, in order.
CallLook look_at_call(const Trace& trace, const Answer& answer, const nlohmann::json& tool,
                      const MadeArguments& arguments, const std::vector<nlohmann::json>& progress,
                      const std::string& revision);

// The name of what the bytes are, as far as their beginning tells: "image/png"; empty: it does not.
std::string media_type_of_bytes(std::string_view bytes);
// Words of a program that broke: "Traceback (most recent call last)", "at f (file.js:1:2)"; empty: none.
std::string stack_trace_in(std::string_view text);

}  // namespace mcplumb
