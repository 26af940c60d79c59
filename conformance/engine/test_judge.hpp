// For tests: what a judge says of a trace.
#pragma once

#include "client/clock.hpp"
#include "client/connect/session_pool.hpp"
#include "client/connect/target.hpp"
#include "conformance/engine/judges.hpp"

namespace mcplumb {

// A pool in which no session is open.
struct NoSessions {
  const MonotonicClock clock;
  EventLoop loop{clock};
  Trace none;
  HttpClient http{loop, none, {}};
  const Target target;
  const SessionPool pool{http, target, ""};
};

// By the judge of this name, for a check whose breach is of this weight.
inline JudgeResult judged_by(std::string_view name, const Trace& trace, const Check& check,
                             Verdict severity = Verdict::fail) {
  const NoSessions sessions;
  return find_judge(name)({trace, sessions.pool, check, severity});
}

}  // namespace mcplumb
