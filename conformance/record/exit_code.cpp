#include "conformance/record/exit_code.hpp"

#include <algorithm>

#include "client/jsonrpc/reply_origin.hpp"
#include "client/machine.hpp"
#include "client/text/wording.hpp"
#include "client/trace.hpp"

namespace mcplumb {

ExitCode weightier(ExitCode one, ExitCode other) {
  return *std::find_if(kExitCodesByWeight.begin(), kExitCodesByWeight.end(),
                       [&](ExitCode code) { return code == one || code == other; });
}

bool is_no_verdict(std::string_view sentence) { return is_own_limit(sentence) || is_lack_of_machine(sentence); }

ExitCode code_without_session(const Exchange* last) {
  if (last == nullptr) return kUnreachable;
  if (last->failure && is_no_verdict(last->failure->message)) return kNothingJudged;
  const Replier who = reply_origin(*last).who;
  if (who == Replier::authorization || who == Replier::sign_in) return kAuthorization;
  if (who == Replier::rate_limit) return kNothingJudged;
  // Over stdio there is no status; what is no message is said to be malformed.
  const bool garbled = !last->over_http() && last->failure && last->failure->kind == FailureKind::malformed;
  const bool answered = garbled || last->status() != 0 || last->answer.has_value();
  return answered ? kFailed : kUnreachable;
}

}  // namespace mcplumb
