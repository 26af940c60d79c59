// How a session of a check answers what the server asks: the `answers` of an `open` step (docs/suite-language.md).
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "client/result.hpp"
#include "client/session/session.hpp"

namespace mcplumb {

// By method: "silent"; "accept", "decline", "cancel", "invalid" or {"enter": text} for an elicitation; {"result": …};
// {"error": …}; or a list of these, one for each request, the last one for all further ones.
Result<std::map<std::string, Answerer>> answers_of(const nlohmann::json& wanted);

// What a user could have entered into the form of an elicitation: its defaults, or the first thing that is allowed.
nlohmann::json filled_form(const nlohmann::json& schema);

}  // namespace mcplumb
