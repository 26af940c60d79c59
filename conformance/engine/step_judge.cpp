#include "conformance/engine/step_judge.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/text/wording.hpp"
#include "conformance/engine/step_parts.hpp"
#include "conformance/language/path.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

// The root of the path names a part of an HTTP reply.
bool is_about_http(std::string_view path) {
  const std::string_view root = path.substr(0, path.find_first_of(".["));
  for (const char* part : {"status", "reason", "header", "media-type", "body", "body-size", "stream", "comments"})
    if (root == part) return true;
  return path.starts_with("request.header") || path == "timing.headers-ms";
}

// No connection to the server could be made: that says nothing about the rule that was to be tested.
bool never_reached(const StepView& view) {
  const std::string_view kind = string_member(view["failure"], "kind");
  return kind == "resolve" || kind == "refused" || kind == "unreachable" || kind == "tls" || kind == "local";
}

// "answered HTTP 502: nginx got no usable answer from the server behind it"
std::string in_short(const Exchange& exchange, const std::string& why) {
  return "a request was answered " + std::to_string(exchange.status()) + (why.empty() ? "" : ": " + why) + " (#" +
         std::to_string(exchange.number) + ")";
}

}  // namespace

// Why the reply says nothing about the rule: another layer gave it. Empty if it does. What a router or a page say may
// be the server's own.
std::string StepJudge::no_answer(std::optional<std::size_t> number) const {
  if (!number) return "";
  const Exchange& exchange = check_.trace().exchanges[*number];
  const ReplyOrigin origin = reply_origin(exchange);
  switch (origin.who) {
    case Replier::gateway:
    case Replier::challenge:
    case Replier::rate_limit:
    case Replier::sign_in:
      return in_short(exchange, origin.sentence);
    default:
      return "";
  }
}

// That the request was waited for in vain before: one cause, one failure. Empty if it was not, or is answered.
std::string StepJudge::known_to_hang(std::optional<std::size_t> number) const {
  if (!number) return "";
  const Exchange& exchange = check_.trace().exchanges[*number];
  const std::optional<std::size_t> before = check_.run.needs.unanswered_before(exchange);
  const bool waited = exchange.failure ? exchange.failure->kind == FailureKind::deadline : exchange.ended == kNever;
  if (!before || !waited || exchange.events_seen > 0) return "";
  return "it is not waited for again: such a request was not answered before (#" + std::to_string(*before) + ")";
}

// Why a requirement that is not met tells nothing: there was no answer of which it could be said.
std::string StepJudge::failed_request(std::optional<std::size_t> number) const {
  if (std::string why = no_answer(number); !why.empty() || !number) return why;
  const Exchange& exchange = check_.trace().exchanges[*number];
  return exchange.status() >= 500 && !exchange.deliberate ? in_short(exchange, "") : "";
}

// What HTTP says about a message is a rule of Streamable HTTP: stdio has no HTTP at all, and HTTP+SSE answers on
// another stream and leaves the reply to the POST open. A check that names its transports knows what it expects.
Expectations StepJudge::that_apply(const Expectations& all, const Step& step) const {
  const OpenSession* session = sessions_.of(step);
  const TransportKind kind = session != nullptr ? session->transport->kind() : TransportKind::streamable_http;
  const bool on_stream = step.verb == Verb::listen || step.verb == Verb::wait || step.verb == Verb::close;
  const bool named = check_.check.names(kind);
  if (!has_channel(kind) || (has_http(kind) && (named || on_stream))) return all;
  Expectations rest;
  rest.because = all.because;
  std::copy_if(all.all.begin(), all.all.end(), std::back_inserter(rest.all),
               [](const Expectation& each) { return !is_about_http(each.path); });
  return rest;
}

void StepJudge::judge(const Step& step, StepView view, std::optional<std::size_t> exchange) {
  view.set_later("var", [this] {
    json variables = json::object();
    for (const auto& [name, value] : check_.variables) variables[name] = value;
    return variables;
  });
  const EvalContext context{check_.shapes, check_.variables};
  if (const auto unmet = evaluate(step.require, view, context); !unmet.empty()) {
    if (std::string why = failed_request(exchange); !why.empty()) return give_up(std::move(why));
    const Mismatch& first = unmet.front();
    return this->unmet(!step.require.because.empty() ? step.require.because
                                                     : first.path + " is " + first.actual + ", not " + first.expected);
  }
  const Expectations expect = that_apply(step.expect, step), prefer = that_apply(step.prefer, step),
                     mention = that_apply(step.mention, step);
  const auto broken = evaluate(expect, view, context);
  const auto disliked = evaluate(prefer, view, context), mentioned = evaluate(mention, view, context);
  if (const json& failure = view["failure"]; string_member(failure, "kind") == "too-large")
    if (!broken.empty() || !disliked.empty() || !mentioned.empty())
      return give_up(std::string(string_member(failure, "message")));  // a bound of our own
  if (!broken.empty() && exchange && check_.trace().exchanges[*exchange].starved)
    return give_up("too little is kept of the reply: in this run came " +
                   more_than_own_limit(whole_size(check_.trace().excerpts.whole())));
  if (!broken.empty() && never_reached(view)) {
    result_.inconclusive = std::string(string_member(view["failure"], "message"));
    return;
  }
  if (!broken.empty())
    if (std::string why = no_answer(exchange); !why.empty()) return give_up(std::move(why));
  if (!broken.empty() || !disliked.empty())
    if (std::string why = known_to_hang(exchange); !why.empty()) return unmet(std::move(why));
  if (!broken.empty() && check_.loop().stopped()) {  // it was we who did not wait
    result_.inconclusive = check_.loop().why_stopped();
    return;
  }
  const bool wanted = !step.expect.all.empty() || !step.prefer.all.empty() || !step.mention.all.empty();
  const bool can_be_met = !expect.all.empty() || !prefer.all.empty() || !mention.all.empty();
  if (can_be_met) ++result_.judged;
  left_out_ = left_out_ || (wanted && !can_be_met);
  add_findings(broken, severity_, step, view, exchange);
  add_findings(disliked, preferred(severity_), step, view, exchange);
  add_findings(mentioned, Verdict::note, step, view, exchange);
  capture(step, view);
  last_view_ = std::move(view);
}

void StepJudge::capture(const Step& step, const StepView& view) {
  for (const auto& [name, path] : step.capture) {
    const Result<Path> parsed = parse_path(path);
    if (const json* value = parsed ? find_value(*parsed, view) : nullptr) {
      check_.variables[name] = *value;
    } else if (result_.findings.empty()) {
      result_.inconclusive = "nothing to remember as " + name + ": " + path + " is absent";
    } else {
      result_.inconclusive.clear();
      check_.variables[name] = nullptr;
    }
  }
}

void StepJudge::add_findings(const std::vector<Mismatch>& mismatches, Verdict severity, const Step& step,
                             const StepView& view, std::optional<std::size_t> exchange) {
  for (const Mismatch& mismatch : mismatches) {
    Finding finding;
    finding.severity = severity;
    finding.path = mismatch.path;
    finding.expected = mismatch.expected;
    finding.actual = mismatch.actual;
    // "absent" alone hides why: there was no response, or an error instead of a result.
    const json& failure = view["failure"];
    if (mismatch.actual == "absent" && failure.is_object())
      finding.actual = "absent: " + std::string(string_member(failure, "message"));
    else if (mismatch.actual == "absent" && view["error"].is_object() && mismatch.path.starts_with("result"))
      finding.actual = "absent; the response is the error " + shortened(serialize(view["error"]), 160);
    if (mismatch.path == "result.isError" && mismatch.actual == "true" && view["text"].is_string())
      finding.actual = "true; the tool says: " + shortened(view["text"].get<std::string>(), 300);
    if (mismatch.path == "ended" && view["left"] == true)
      finding.actual = "false: it has " + more_than_own_limit(view["pages"].get<std::size_t>(), "pages") +
                       " for this check; whether it ends behind them was not looked at";
    if (mismatch.path == "took" && mismatch.actual != "absent") finding.actual += " ms";
    finding.exchange = exchange;
    finding.script_at = place_of(step);
    result_.findings.push_back(std::move(finding));
  }
}

void StepJudge::unmet(std::string why) {
  stopped_ = unmet_ = true;
  if (result_.judged == 0) result_.skip = std::move(why);
}

bool StepJudge::passes_over() {
  if (!unmet_) return false;
  stopped_ = unmet_ = false;
  if (!result_.skip.empty()) passed_over_ = std::exchange(result_.skip, {});
  return true;
}

void StepJudge::too_late(const Step& step) {
  const std::string span = milliseconds_text(std::chrono::microseconds(*check_.check.deadline).count());
  if (check_.check.own)
    result_.findings.push_back({severity_, "deadline", "the whole check within " + span, "this step not yet begun",
                                std::nullopt, place_of(step)});
  else
    result_.inconclusive = "the check was not over within " + span;
  stopped_ = true;
}

StepsResult StepJudge::result() {
  if (result_.judged == 0 && left_out_ && result_.findings.empty() && result_.skip.empty() &&
      result_.inconclusive.empty())
    result_.skip = "expects what only Streamable HTTP can show";
  const bool nothing = result_.judged == 0 && result_.findings.empty() && result_.inconclusive.empty();
  if (nothing && result_.skip.empty()) result_.skip = passed_over_;
  return std::move(result_);
}

}  // namespace mcplumb
