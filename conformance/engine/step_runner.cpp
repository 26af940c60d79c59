#include "conformance/engine/step_runner.hpp"

#include <algorithm>
#include <limits>

#include "client/jsonrpc/message.hpp"
#include "client/session/pages.hpp"
#include "conformance/engine/step_parts.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

}  // namespace

StepRunner::StepRunner(Room room, const Check& check, const Suite& suite, Verdict severity)
    : room_(room),
      check_(check),
      shapes_(suite.shapes),
      severity_(severity),
      views_(room.http.trace(), room.sessions),
      variables_(suite.variables) {
  for (const auto& [name, role] : room.options.roles) {
    variables_["role." + name] = role.tool;
    variables_["role." + name + ".arguments"] = role.arguments;
  }
  variables_["resources"] = room.options.resources;
  variables_["prompts"] = room.options.prompts;
  variables_["random"] = random_token();
  awaited_ = room.http.trace().received.size();
}

StepsResult StepRunner::run() {
  if (check_.deadline) ends_ = room_.http.loop().now() + check_.deadline->count() * kMillisecond;
  if (check_.session == SessionUse::shared) {
    current_ = room_.facts.shared();
  } else if (check_.session == SessionUse::own && check_.steps.front().verb != Verb::open) {
    OpenOptions open;
    open.send.purpose = check_.id;
    open.send.deadline = room_.http.loop().now() + room_.options.deadline;
    current_ = &room_.sessions.open(open);
    opened_.insert(current_);
    if (!current_->usable())
      result_.inconclusive = "no session of its own could be opened: " + current_->opening().problem;
  } else {
    current_ = &room_.sessions.outside();
  }
  if (current_ == nullptr) result_.inconclusive = "no session could be opened";
  run_all(check_.steps);
  clean_up();
  if (result_.judged == 0 && left_out_ && result_.findings.empty() && result_.skip.empty() &&
      result_.inconclusive.empty())
    result_.skip = "expects what only Streamable HTTP can show";
  return std::move(result_);
}

void StepRunner::run_all(const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    if (!go_on()) return;
    if (room_.http.loop().stopped()) {
      result_.inconclusive = "interrupted";
      return;
    }
    if (too_late(step)) return;
    run_step(step);
  }
}

// A step that would begin after the deadline of its check does not run. In a user's suite that is what was asked for.
bool StepRunner::too_late(const Step& step) {
  if (ends_ == kNever || room_.http.loop().now() < ends_) return false;
  const std::string span = std::to_string(check_.deadline->count()) + " ms";
  if (check_.own)
    result_.findings.push_back({severity_, "deadline", "the whole check within " + span, "this step not yet begun",
                                std::nullopt, place_of(step)});
  else
    result_.inconclusive = "the check was not over within " + span;
  stopped_ = true;
  return true;
}

void StepRunner::run_step(const Step& step) {
  if (!step.steps.empty()) return run_block(step);
  std::optional<json> arguments = arguments_of(step);
  if (!arguments) return;
  switch (step.verb) {
    case Verb::open:
      return run_open(step, *arguments);
    case Verb::listen:
      return run_listen(step, *arguments);
    case Verb::wait:
      return run_wait(step);
    case Verb::close:
      return run_close(step);
    case Verb::finish:
      return run_finish(step);
    case Verb::await:
      return run_await(step);
    case Verb::pages:
      return run_pages(step, *arguments);
    case Verb::pause: {
      const Micros until = room_.http.loop().now() + arguments->get<Micros>() * kMillisecond;
      room_.http.loop().run_until([] { return false; }, until);
      return;
    }
    default:
      break;
  }
  if (!step.as.empty()) return run_in_background(step, *arguments);
  const std::optional<Sent> sent = send(step, *arguments);
  if (!sent) return;
  room_.http.loop().run_until([&] { return is_over(*sent); }, deadline_of(step) + kSecond);
  finish(step, *sent);
}

void StepRunner::run_block(const Step& step) {
  if (step.verb == Verb::parallel) return run_parallel(step);
  if (step.verb == Verb::for_each) return run_for_each(step);
  const std::optional<json> arguments = arguments_of(step);
  const json& times = arguments ? part(*arguments, "times") : *arguments;
  for (std::int64_t i = 0; times.is_number_integer() && i < times.get<std::int64_t>() && go_on(); ++i)
    run_all(step.steps);
}

void StepRunner::run_for_each(const Step& step) {
  const std::optional<json> arguments = arguments_of(step);
  if (!arguments) return;
  const json& list = part(*arguments, "in");
  if (list.is_null()) return;  // a path that leads nowhere: there is nothing to do things for
  if (!list.is_array()) {
    result_.inconclusive = "for-each got " + shortened(serialize(list), 60) + " where a list belongs";
    return;
  }
  const std::string name = text_of(part(*arguments, "as"));
  for (const json& item : list) {
    if (!evaluate(step.until, item, {shapes_, variables_}).empty()) continue;
    variables_[name] = item;
    run_all(step.steps);
  }
}

void StepRunner::run_parallel(const Step& step) {
  std::vector<std::pair<const Step*, Sent>> all;
  for (const Step& one : step.steps) {
    const std::optional<json> arguments = arguments_of(one);
    if (!arguments) return;
    if (const std::optional<Sent> sent = send(one, *arguments)) all.emplace_back(&one, *sent);
  }
  room_.http.loop().run_until(
      [&] {
        for (const auto& [one, sent] : all)
          if (!is_over(sent)) return false;
        return true;
      },
      deadline_of(step) + kSecond);
  for (const auto& [one, sent] : all)
    if (go_on()) finish(*one, sent);
}

void StepRunner::run_pages(const Step& step, const json& arguments) {
  OpenSession* session = session_for(step);
  if (session == nullptr) return;
  const std::string method = text_of(part(arguments, "method"));
  const json& asked = part(arguments, "limit");
  const auto limit = static_cast<std::size_t>(std::max(0, asked.is_number_integer() ? asked.get<int>() : 20));
  PageWalk walk(method, {limit, std::numeric_limits<std::size_t>::max()});
  json view, last;
  json page_items = json::array(), page_results = json::array(), cursors = json::array();
  std::optional<std::size_t> exchange;
  while (!walk.ended() && walk.pages() < limit) {
    const Sent sent = send_request(step, *session, method, walk.params(), arguments);
    room_.http.loop().run_until([&] { return is_over(sent); }, deadline_of(step) + kSecond);
    last = view_of(sent);
    if (!exchange) {
      view = last;
      exchange = sent.exchange;
    }
    const json& result = part(last, "result");
    if (walk.take(&result) == PageWalk::Found::no_list) break;
    page_items.push_back(walk.page());
    page_results.push_back(result);
    if (!walk.ended()) cursors.push_back(walk.cursor());
  }
  view["pages"] = page_items.size();
  view["items"] = std::move(walk.items());
  view["page-items"] = std::move(page_items);
  view["page-results"] = std::move(page_results);
  view["cursors"] = std::move(cursors);
  view["ended"] = walk.ended();
  view["last"] = std::move(last);
  judge(step, std::move(view), exchange);
}

// A requirement was not met. What was judged before stands, else the check is skipped.
void StepRunner::unmet(std::string why) {
  stopped_ = true;
  if (result_.judged == 0) result_.skip = std::move(why);
}

std::optional<json> StepRunner::arguments_of(const Step& step) {
  if (current_ != nullptr) {
    const std::string& agreed = current_->opening().revision;
    variables_["revision"] =
        agreed.empty() && current_->session->is_stateless() ? std::string(kStatelessRevision) : agreed;
    variables_["session.id"] = current_->transport->session_id();
    variables_["probe"] = current_->session->is_stateless() ? "server/discover" : "ping";
  }
  const OpenSession* session = session_for(step);
  const json envelope = session != nullptr ? session->session->envelope() : json();
  variables_["envelope"] = envelope.is_null() ? json::object() : envelope;
  Result<json> arguments = interpolate(step.arguments, variables_);
  if (arguments) return *arguments;
  result_.inconclusive = arguments.error().what;
  return std::nullopt;
}

OpenSession* StepRunner::session_for(const Step& step) const {
  if (step.session.empty()) return current_;
  if (step.session == "none") return &room_.sessions.outside();
  if (step.session == "main" && sessions_.count("main") == 0) return current_;
  const auto found = sessions_.find(step.session);
  return found == sessions_.end() ? nullptr : found->second;
}

Micros StepRunner::deadline_of(const Step& step) const {
  const Micros now = room_.http.loop().now();
  if (!step.deadline) return ends_ != kNever ? ends_ : now + room_.options.deadline;
  const Micros own = now + step.deadline->count() * kMillisecond;
  return ends_ != kNever ? std::min(own, ends_) : own;
}

void StepRunner::clean_up() {
  for (const auto& [name, stream] : streams_) {
    const bool in_flight = stream.is_request && !stream.session->session->answer(stream.exchange).done();
    if (in_flight) stream.session->session->cancel(stream.exchange, "the check is over");
    const bool is_channel = room_.http.trace().exchanges[stream.exchange].is_channel();
    // Without its channel a session is over.
    if (!in_flight && !stream.is_request && !is_channel) stream.session->transport->close_stream(stream.exchange);
  }
  for (OpenSession* session : opened_) {
    bool streaming = false;
    for (const Exchange& exchange : room_.http.trace().exchanges)
      if (exchange.session == session->label && exchange.request.method == "POST" && exchange.ended == kNever)
        streaming = true;
    // A stream that the server should end itself is watched until the end of the run; so its session stays.
    if (!streaming) room_.sessions.end(*session, room_.http.loop().now() + 2 * kSecond);
  }
}

}  // namespace mcplumb
