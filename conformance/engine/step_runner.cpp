#include "conformance/engine/step_runner.hpp"

#include <algorithm>
#include <limits>

#include "client/jsonrpc/message.hpp"
#include "client/no_memory.hpp"
#include "client/session/pages.hpp"
#include "conformance/engine/answers.hpp"
#include "conformance/engine/message_judges.hpp"
#include "conformance/engine/step_parts.hpp"

namespace mcplumb {

using nlohmann::json;

namespace {

// Of a program that has not begun to speak nobody knows what it would have said.
bool said_nothing(const OpenSession& session, const Trace& trace) {
  const std::optional<std::size_t> channel = session.transport->channel();
  const std::optional<Failure>& failure = trace.exchanges[session.opening().answer.exchange].failure;
  return channel && failure && failure->kind == FailureKind::deadline && !trace.exchanges[*channel].over_http() &&
         trace.exchanges[*channel].events_seen == 0;
}

// The first page, counted from 1, that holds what an earlier one held; 0: there is none. Pages without an item are
// allowed, and alike.
std::size_t repeated_page(const std::vector<KeptMessage>& lists) {
  DistinctValues seen;
  for (std::size_t i = 0; i < lists.size(); ++i)
    if (!lists[i].json().empty() && !seen.add(lists[i])) return i + 1;
  return 0;
}

}  // namespace

StepsResult StepRunner::run() {
  if (std::string problem = sessions_.begin(); !problem.empty()) judge_.give_up(std::move(problem));
  run_all(check_.check.steps);
  streams_.close_all();
  sessions_.end_all();
  return judge_.result();
}

// A step that would begin after the deadline of its check does not run.
bool StepRunner::too_late(const Step& step) {
  if (check_.ends == kNever || check_.now() < check_.ends) return false;
  judge_.too_late(step);
  return true;
}

std::optional<json> StepRunner::arguments_of(const Step& step) {
  sessions_.set_variables(step);
  Result<json> arguments = interpolate(step.arguments, check_.variables);
  if (arguments) return *arguments;
  judge_.give_up(arguments.error().what);
  return std::nullopt;
}

void StepRunner::run_all(const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    if (!judge_.goes_on()) return;
    if (check_.loop().stopped()) {
      judge_.give_up(check_.loop().why_stopped());
      return;
    }
    if (too_late(step)) return;
    run_step(step);
  }
}

void StepRunner::run_step(const Step& step) {
  check_memory();
  if (!step.steps.empty()) return run_block(step);
  std::optional<json> arguments = arguments_of(step);
  if (!arguments) return;
  switch (step.verb) {
    case Verb::open:
      return run_open(step, *arguments);
    case Verb::listen:
      return streams_.listen(step, *arguments);
    case Verb::wait:
      return streams_.wait(step);
    case Verb::close:
      return streams_.close(step);
    case Verb::finish:
      return streams_.finish(step);
    case Verb::await:
      return streams_.await(step);
    case Verb::pages:
      return run_pages(step, *arguments);
    case Verb::pause:
      return run_pause(span_of(step, *arguments));
    default:
      break;
  }
  if (!step.as.empty()) return streams_.send_in_background(step, *arguments);
  const std::optional<Sent> sent = sender_.send(step, *arguments);
  if (!sent) return;
  check_.loop().run_until([&] { return sender_.is_over(*sent); }, check_.deadline_of(step) + kSecond);
  sender_.finish(step, *sent);
}

void StepRunner::run_pause(const json& span) {
  check_.loop().run_until([] { return false; }, check_.loop().now() + span.get<Micros>() * kMillisecond);
}

// A span that a server named may be anything: half a second stands for what is no number, a deadline for what is too
// long.
json StepRunner::span_of(const Step& step, const json& named) const {
  if (step.arguments.is_number()) return step.arguments;
  const double longest = static_cast<double>(check_.run.options.deadline) / kMillisecond;
  return static_cast<std::int64_t>(named.is_number() ? std::clamp(named.get<double>(), 0.0, longest) : 500.0);
}

void StepRunner::run_block(const Step& step) {
  if (step.verb == Verb::parallel) return run_parallel(step);
  if (step.verb == Verb::for_each) return run_for_each(step);
  const std::optional<json> arguments = arguments_of(step);
  if (!arguments) return;
  const json& times = part(*arguments, "times");
  for (std::int64_t i = 0; times.is_number_integer() && i < times.get<std::int64_t>() && judge_.goes_on(); ++i) {
    run_all(step.steps);
    if (!step.until.all.empty() && check_.fits(step.until, judge_.last_view())) return;
  }
}

void StepRunner::run_for_each(const Step& step) {
  const std::optional<json> arguments = arguments_of(step);
  if (!arguments) return;
  const json& list = part(*arguments, "in");
  if (list.is_null()) return;  // a path that leads nowhere: there is nothing to do things for
  if (!list.is_array()) {
    judge_.give_up("for-each got " + shortened(serialize(list), 60) + " where a list belongs");
    return;
  }
  const std::string name = text_of(part(*arguments, "as"));
  const json& limit = part(*arguments, "limit");
  std::int64_t left = limit.is_number_integer() ? limit.get<std::int64_t>() : std::numeric_limits<std::int64_t>::max();
  for (const json& item : list) {
    if (!check_.fits(step.until, item)) continue;
    if (left-- <= 0) return;
    check_.variables[name] = item;
    run_all(step.steps);
    judge_.passes_over();
  }
}

void StepRunner::run_parallel(const Step& step) {
  std::vector<std::pair<const Step*, Sent>> all;
  for (const Step& one : step.steps) {
    const std::optional<json> arguments = arguments_of(one);
    if (!arguments) return;
    if (const std::optional<Sent> sent = sender_.send(one, *arguments)) all.emplace_back(&one, *sent);
  }
  check_.loop().run_until(
      [&] {
        for (const auto& [one, sent] : all)
          if (!sender_.is_over(sent)) return false;
        return true;
      },
      check_.deadline_of(step) + kSecond);
  for (const auto& [one, sent] : all)
    if (judge_.goes_on()) sender_.finish(*one, sent);
}

// What all pages are put together to, is made when an expectation asks for it.
void StepRunner::run_pages(const Step& step, const json& arguments) {
  OpenSession* session = sessions_.of(step);
  if (session == nullptr) return;
  const std::string method = text_of(part(arguments, "method"));
  const json& asked = part(arguments, "limit");
  const auto limit = static_cast<std::size_t>(std::max(0, asked.is_number_integer() ? asked.get<int>() : 20));
  PageWalk walk(method, {limit, std::numeric_limits<std::size_t>::max()});
  StepView view;
  json cursors = json::array();
  std::vector<Answer> pages;
  Answer last;
  while (!walk.ended() && !walk.at_bound() && walk.pages() < limit) {
    json params = part(arguments, "params");
    if (const json cursor = walk.params(); cursor.is_object()) params.update(cursor);
    const Sent sent = sender_.send_request(step, *session, method, std::move(params), arguments);
    check_.loop().run_until([&] { return sender_.is_over(sent); }, check_.deadline_of(step) + kSecond);
    if (walk.pages() == 0) view = sender_.view_of(sent);
    last = session->session->answer(sent.exchange);
    if (walk.take(member(session->session->response(last), "result")) == PageWalk::Found::no_list) break;
    pages.push_back(last);
    if (!walk.ended()) cursors.push_back(walk.cursor());
  }
  view.set("pages", pages.size());
  view.set("cursors", std::move(cursors));
  view.set("ended", walk.ended());
  view.set("left", !walk.ended() && (walk.at_bound() || walk.pages() >= limit));  // at a bound of ours
  view.set_later("last", [this, last] { return check_.views.answer(last, check_.now()); });
  // Where each page stands in what is made of all of them.
  const auto set = [&](const char* name, void (*add)(json & all, const json& result, const std::string& list)) {
    view.set_later(name, [this, pages, add, list = list_member(method)] {
      json all = json::array();
      for (const Answer& page : pages) add(all, part(check_.trace().received[*page.received].value, "result"), list);
      return all;
    });
  };
  set("page-results", [](json& all, const json& result, const std::string&) { all.push_back(result); });
  // Pages without an item are allowed, and alike.
  set("page-items", [](json& all, const json& result, const std::string& list) {
    if (!result[list].empty()) all.push_back(result[list]);
  });
  const auto lists = [this, pages, list = list_member(method)] {
    std::vector<KeptMessage> all;
    for (const Answer& page : pages) {
      const KeptMessage& message = check_.trace().received[*page.received].value;
      all.push_back(message.part(part(part(message, "result"), list.c_str())));
    }
    return all;
  };
  view.set_later("items", [lists, &store = session->session->messages()] { return put_together(store, lists()); });
  view.set_later("repeated-page", [lists] { return json(repeated_page(lists())); });
  judge_.judge(step, std::move(view), pages.empty() ? last.exchange : pages.front().exchange);
}

void StepRunner::run_open(const Step& step, const json& arguments) {
  Result<std::map<std::string, Answerer>> answers = answers_of(part(arguments, "answers"));
  if (!answers) return judge_.give_up(answers.error().what);
  OpenSession& session = sessions_.open(step, arguments, std::move(*answers));
  const Answer& answer = session.opening().answer;
  if (said_nothing(session, check_.trace()))
    return judge_.give_up("the program said nothing since its start: " + answer.problem);
  judge_.judge(step, StepView(std::make_unique<AnswerParts>(check_.views, check_.trace(), answer, check_.now())),
               answer.exchange);
  if (member(arguments, "capabilities") != nullptr || member(arguments, "answers") != nullptr)
    streams_.hear(step, session);
  // A deliberate attempt may be refused; the expectation has judged that.
  if (!session.usable() && !step.deliberate && !judge_.has_findings() && judge_.goes_on() &&
      &step != &check_.check.steps.back())
    judge_.give_up("the session could not be opened: " + session.opening().problem);
}

}  // namespace mcplumb
