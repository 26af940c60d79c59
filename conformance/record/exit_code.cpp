#include "conformance/record/exit_code.hpp"

#include <algorithm>

#include "client/jsonrpc/reply_origin.hpp"
#include "client/trace.hpp"

namespace mcplumb {

ExitCode weightier(ExitCode one, ExitCode other) {
  return *std::find_if(kExitCodesByWeight.begin(), kExitCodesByWeight.end(),
                       [&](ExitCode code) { return code == one || code == other; });
}

ExitCode code_without_session(const Exchange* last) {
  if (last == nullptr) return kUnreachable;
  const Replier who = reply_origin(*last).who;
  if (who == Replier::authorization || who == Replier::sign_in) return kAuthorization;
  if (who == Replier::rate_limit) return kNothingJudged;
  // Over stdio there is no status; what is no message is said to be malformed.
  const bool garbled = !last->over_http() && last->failure && last->failure->kind == FailureKind::malformed;
  const bool answered = garbled || last->status() != 0 || last->answer.has_value();
  return answered ? kFailed : kUnreachable;
}

}  // namespace mcplumb
