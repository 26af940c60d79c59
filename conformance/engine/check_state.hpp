// What all steps of one check can see: the run that it is part of, its variables, and how much time it has.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "client/http/http_client.hpp"
#include "conformance/engine/need_probes.hpp"
#include "conformance/engine/view.hpp"
#include "conformance/language/matcher.hpp"

namespace mcplumb {

constexpr Micros kPatienceOnceMore = kSecond;  // for what was waited for in vain before

// What all checks of a run share. All of it must outlive the checks.
struct RunContext {
  HttpClient& http;
  SessionPool& sessions;
  NeedProbes& needs;
  const RunOptions& options;
  OpenSession* common = nullptr;  // for a check that needs none of its own; null: the one that all share
};

struct CheckState {
  // `check` and `suite` must outlive it.
  CheckState(RunContext context, const Check& wanted, const Suite& suite);

  RunContext run;
  const Check& check;
  const std::map<std::string, Matcher>& shapes;
  ViewBuilder views;
  Variables variables;
  Micros ends = kNever;  // the deadline of the whole check, if it has one

  Micros now() const { return run.http.loop().now(); }
  EventLoop& loop() const { return run.http.loop(); }
  const Trace& trace() const { return run.http.trace(); }
  Micros deadline_of(const Step& step) const;  // a moment
  // It asks for something that another check has waited for in vain.
  bool is_known_to_hang(const Step& step) const;
  // What a step is sent with, from its `headers` and its deadline.
  SendOptions send_options(const Step& step, const nlohmann::json& arguments) const;
  bool fits(const Expectations& expectations, const nlohmann::json& view) const;
  bool fits(const Expectations& expectations, const Parts& view) const;
};

}  // namespace mcplumb
