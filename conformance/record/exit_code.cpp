#include "conformance/record/exit_code.hpp"

#include <algorithm>

#include "client/trace.hpp"

namespace mcplumb {

ExitCode weightier(ExitCode one, ExitCode other) {
  return *std::find_if(kExitCodesByWeight.begin(), kExitCodesByWeight.end(),
                       [&](ExitCode code) { return code == one || code == other; });
}

ExitCode code_without_session(const Exchange* last) {
  if (last == nullptr) return kUnreachable;
  if (last->status() == 401 || last->status() == 403) return kAuthorization;
  const bool answered = last->status() != 0 || last->answer.has_value();
  return answered ? kFailed : kUnreachable;
}

}  // namespace mcplumb
