// For tests: what a judge says of a trace.
#pragma once

#include "client/clock.hpp"
#include "client/connect/session_pool.hpp"
#include "client/connect/target.hpp"
#include "conformance/engine/judges.hpp"

namespace mcplumb {

// By the judge of this name, for a check whose breach is a failure; no session is open.
inline JudgeResult judged_by(const char* name, const Trace& trace, const Check& check) {
  const MonotonicClock clock;
  EventLoop loop(clock);
  Trace none;
  HttpClient http(loop, none, {});
  const Target target;
  const SessionPool sessions(http, target, "");
  return find_judge(name)({trace, sessions, check, Verdict::fail});
}

}  // namespace mcplumb
