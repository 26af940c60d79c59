#include "conformance/assess/beside.hpp"

#include <algorithm>

namespace mcplumb {
namespace {

constexpr Micros kPagesOrRounds = 4;  // of what is done once for each of something

bool judges_time(const Expectations& expectations) {
  return std::any_of(expectations.all.begin(), expectations.all.end(), [](const Expectation& each) {
    return each.path == "took" || each.path.find("timing.") != std::string::npos;
  });
}

bool judges_time(const std::vector<Step>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const Step& step) {
    return judges_time(step.expect) || judges_time(step.prefer) || judges_time(step.mention) ||
           judges_time(step.require) || judges_time(step.until) || judges_time(step.steps);
  });
}

// What such a tool does shows in other sessions: lists and resources that change, a number that grows, a server that
// is busy.
bool is_felt_by_others(const Need& need) {
  const std::string& role = need.argument;
  return need.kind == NeedKind::role && (role.starts_with("change-") || role.starts_with("touch-") ||
                                         role == "end-subscriptions" || role == "counter" || role == "slow");
}

bool calls_for_quiet(const Need& need) { return need.kind == NeedKind::slow || is_felt_by_others(need); }

Micros span_of(const std::vector<Step>& steps, Micros latency) {
  Micros span = 0;
  for (const Step& step : steps) {
    const Micros inner = span_of(step.steps, latency);
    switch (step.verb) {
      case Verb::pause:
        span += step.arguments.is_number_integer() ? step.arguments.get<Micros>() * kMillisecond : latency;
        break;
      case Verb::open:
        span += 2 * latency;
        break;
      case Verb::parallel:
        span += latency;
        break;
      case Verb::pages:
        span += kPagesOrRounds * latency;
        break;
      case Verb::repeat:
      case Verb::for_each:
        span += kPagesOrRounds * inner;
        break;
      default:
        span += latency;
    }
  }
  return span;
}

}  // namespace

bool runs_alone(const Check& check) {
  if (check.alone) return *check.alone;
  return check.own || !check.judge.empty() || check.watch == Watch::run || check.refers_to.contains("large") ||
         std::find(check.tags.begin(), check.tags.end(), "timing") != check.tags.end() ||
         std::any_of(check.needs.begin(), check.needs.end(), calls_for_quiet) || judges_time(check.steps);
}

bool may_repeat_beside(const std::vector<Suite>& suites, const RunOptions& options) {
  if (!options.roles.empty() || !options.exercise.tools.empty()) return false;
  return std::none_of(suites.begin(), suites.end(), [](const Suite& suite) {
    return std::any_of(suite.checks.begin(), suite.checks.end(),
                       [](const Check& check) { return !check.steps.empty() && check.alone.value_or(check.own); });
  });
}

Micros expected_span(const Check& check, Micros latency) {
  return span_of(check.steps, latency) + (check.session == SessionUse::own ? 2 * latency : 0);
}

}  // namespace mcplumb
