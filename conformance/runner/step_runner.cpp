#include "conformance/runner/step_runner.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <random>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

std::string random_token() {
  std::random_device source;
  char text[17];
  std::snprintf(text, sizeof text, "%08x%08x", source(), source());
  return text;
}

const json& part(const json& arguments, const char* name) {
  static const json kNone;
  const json* found = member(arguments, name);
  return found != nullptr ? *found : kNone;
}

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : serialize(value); }

// The root of the path names a part of an HTTP reply.
bool is_about_http(std::string_view path) {
  const std::string_view root = path.substr(0, path.find_first_of(".["));
  for (const char* part : {"status", "reason", "header", "media-type", "body", "body-size", "stream", "comments"})
    if (root == part) return true;
  return path.starts_with("request.header") || path == "timing.headers-ms";
}

std::string place_of(const Step& step) {
  return step.at.file + ":" + std::to_string(step.at.line) + ":" + std::to_string(step.at.column);
}

// No connection to the server could be made: that says nothing about the rule that was to be tested.
bool never_reached(const json& view) {
  const std::string_view kind = string_member(part(view, "failure"), "kind");
  return kind == "resolve" || kind == "refused" || kind == "unreachable" || kind == "tls" || kind == "local";
}

}  // namespace

StepRunner::StepRunner(Room room, const Check& check, const Suite& suite, Verdict severity)
    : room_(room),
      check_(check),
      shapes_(suite.shapes),
      severity_(severity),
      views_(room.http.trace(), room.book),
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
    SessionBook::Wish wish;
    wish.send.purpose = check_.id;
    wish.send.deadline = room_.http.loop().now() + room_.options.deadline;
    current_ = &room_.book.open(wish);
    opened_.insert(current_);
    if (!current_->usable())
      result_.inconclusive = "no session of its own could be opened: " + current_->opening().problem;
  } else {
    current_ = &room_.book.outside();
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

// Over when the reply's headers are there, or its answer: what comes then is for `wait`, `close` and `finish`.
void StepRunner::run_in_background(const Step& step, const json& arguments) {
  if (const std::optional<Sent> sent = send(step, arguments)) leave_in_background(step, step.as, *sent);
}

void StepRunner::leave_in_background(const Step& step, const std::string& name, const Sent& sent) {
  const Exchange& exchange = room_.http.trace().exchanges[sent.exchange];
  const std::size_t first = exchange.channel ? room_.http.trace().exchanges[*exchange.channel].events.size() : 0;
  streams_[name] = {sent.session, sent.exchange, first, true};
  const bool has_headers = sent.session->transport->kind() != "stdio";
  room_.http.loop().run_until([&] { return !has_headers || exchange.status() >= 200 || is_over(sent); },
                              deadline_of(step));
  judge(step, view_of(sent), sent.exchange);
}

void StepRunner::run_finish(const Step& step) {
  const auto found = streams_.find(step.on.empty() ? "stream" : step.on);
  if (found == streams_.end()) return;
  const Sent sent{found->second.session, found->second.exchange, found->second.is_request, false};
  room_.http.loop().run_until([&] { return is_over(sent); }, deadline_of(step));
  judge(step, view_of(sent), sent.exchange);
}

// Takes the messages of the session in their order, on whatever stream they come.
void StepRunner::run_await(const Step& step) {
  const OpenSession* session = session_for(step);
  if (session == nullptr) return;
  const Trace& trace = room_.http.trace();
  std::optional<std::size_t> found;
  const auto arrived = [&] {
    for (; awaited_ < trace.received.size() && !found; ++awaited_) {
      if (trace.exchanges[trace.received[awaited_].exchange].session != session->label) continue;
      const json view = views_.message(awaited_, json::object());
      if (evaluate(step.until, view, {shapes_, variables_}).empty()) found = awaited_;
    }
    return found.has_value();
  };
  room_.http.loop().run_until(arrived, deadline_of(step));
  if (!found) return judge(step, json::object(), std::nullopt);
  judge(step, views_.message(*found, json::object()), trace.received[*found].exchange);
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

void StepRunner::run_open(const Step& step, const json& arguments) {
  SessionBook::Wish wish;
  const json& revision = part(arguments, "revision");
  if (revision.is_string()) wish.revision = revision.get<std::string>();
  wish.capabilities = part(arguments, "capabilities");
  const json& initialized = part(arguments, "initialized");
  wish.confirm = !initialized.is_boolean() || initialized.get<bool>();
  wish.retry_supported_version = wish.revision.empty();
  wish.send = send_options(step, arguments, nullptr);
  wish.meta = part(arguments, "meta");
  OpenSession& session = room_.book.open(wish);
  opened_.insert(&session);
  if (step.as.empty() || step.as == "main") current_ = &session;
  sessions_[step.as.empty() ? "main" : step.as] = &session;
  const Answer& answer = session.opening().answer;
  judge(step, views_.answer(answer, room_.http.loop().now()), answer.exchange);
  // A deliberate attempt may be refused; the expectation has judged that.
  if (!session.usable() && !step.deliberate && result_.findings.empty() && go_on() && &step != &check_.steps.back())
    result_.inconclusive = "the session could not be opened: " + session.opening().problem;
}

void StepRunner::run_listen(const Step& step, const json& arguments) {
  OpenSession* session = session_for(step);
  if (session == nullptr) return;
  SendOptions options = send_options(step, arguments, session);
  options.headers_deadline = options.deadline;
  options.deadline = kNever;
  const std::string name = step.as.empty() ? "stream" : step.as;
  if (const json* filter = member(arguments, "notifications")) {
    RequestOptions request;
    static_cast<SendOptions&>(request) = options;
    request.id = part(arguments, "id");
    request.meta = part(arguments, "meta");
    const Session::Ticket ticket =
        session->session->start("subscriptions/listen", {{"notifications", *filter}}, std::move(request));
    return leave_in_background(step, name, {session, ticket, true, false});
  }
  const std::optional<std::size_t> number = session->transport->listen(options);
  if (!number) return unmet("the transport " + std::string(session->transport->kind()) + " has no stream to listen on");
  const Exchange& exchange = room_.http.trace().exchanges[*number];
  const std::size_t first = exchange.is_channel() ? exchange.events.size() : 0;  // what came before is no news
  streams_[name] = {session, *number, first, false};
  room_.http.loop().run_until(
      [&] { return exchange.status() >= 200 || exchange.is_channel() || !session->transport->running(*number); },
      deadline_of(step));
  judge(step, views_.exchange(*number, room_.http.loop().now()), *number);
}

void StepRunner::run_wait(const Step& step) {
  const auto found = streams_.find(step.on.empty() ? "stream" : step.on);
  if (found == streams_.end()) return;
  Stream& stream = found->second;
  // What a request brings comes on the channel, if there is one.
  const std::size_t carrier = room_.http.trace().exchanges[stream.exchange].channel.value_or(stream.exchange);
  const Exchange& exchange = room_.http.trace().exchanges[carrier];
  const bool any = step.until.all.empty();
  // Without a wish any sign of life from now on will do, a comment too.
  const std::size_t comments = exchange.comments_seen;
  if (any) stream.next_event = exchange.events.size();
  json event;
  const auto arrived = [&] {
    for (; stream.next_event < exchange.events.size(); ++stream.next_event) {
      json view = views_.event(exchange.events[stream.next_event], exchange);
      if (!any && !evaluate(step.until, view, {shapes_, variables_}).empty()) continue;
      event = std::move(view);
      ++stream.next_event;
      return true;
    }
    if (any && exchange.comments_seen > comments) event = {{"comment", true}};
    return !event.is_null();
  };
  const Micros patience = any ? room_.options.idle_window : room_.options.deadline;
  const Micros deadline = step.deadline ? deadline_of(step) : room_.http.loop().now() + patience;
  room_.http.loop().run_until([&] { return arrived() || !stream.session->transport->running(carrier); }, deadline);
  json view = views_.exchange(stream.exchange, room_.http.loop().now());
  if (!event.is_null()) view["event"] = std::move(event);
  judge(step, std::move(view), stream.exchange);
}

void StepRunner::run_close(const Step& step) {
  const auto found = streams_.find(step.on.empty() ? "stream" : step.on);
  if (found == streams_.end()) return;
  const Stream stream = found->second;
  if (stream.is_request && stream.session->session->is_stateless())
    stream.session->session->cancel(stream.exchange, "the stream is closed");
  stream.session->transport->close_stream(stream.exchange);
  room_.http.loop().run_until([&] { return !stream.session->transport->running(stream.exchange); }, deadline_of(step));
  judge(step, views_.exchange(stream.exchange, room_.http.loop().now()), stream.exchange);
}

void StepRunner::run_pages(const Step& step, const json& arguments) {
  OpenSession* session = session_for(step);
  if (session == nullptr) return;
  const std::string method = text_of(part(arguments, "method"));
  const std::string root =
      method == "resources/templates/list" ? "resourceTemplates" : method.substr(0, method.find('/'));
  const json& asked = part(arguments, "limit");
  const int limit = asked.is_number_integer() ? asked.get<int>() : 20;
  json view, last;
  json items = json::array(), page_items = json::array(), page_results = json::array(), cursors = json::array();
  json params;
  std::optional<std::size_t> exchange;
  bool ended = false;
  for (int page = 0; page < limit && !ended; ++page) {
    const Sent sent = send_request(step, *session, method, params, arguments);
    room_.http.loop().run_until([&] { return is_over(sent); }, deadline_of(step) + kSecond);
    last = view_of(sent);
    if (page == 0) {
      view = last;
      exchange = sent.exchange;
    }
    const json& result = part(last, "result");
    const json* list = member(result, root);
    if (list == nullptr || !list->is_array()) break;
    page_items.push_back(*list);
    page_results.push_back(result);
    for (const json& item : *list) items.push_back(item);
    const json& cursor = part(result, "nextCursor");
    ended = !cursor.is_string();
    if (ended) break;
    params = {{"cursor", cursor}};
    cursors.push_back(cursor);
  }
  view["pages"] = page_items.size();
  view["items"] = std::move(items);
  view["page-items"] = std::move(page_items);
  view["page-results"] = std::move(page_results);
  view["cursors"] = std::move(cursors);
  view["ended"] = ended;
  view["last"] = std::move(last);
  judge(step, std::move(view), exchange);
}

std::optional<StepRunner::Sent> StepRunner::send(const Step& step, const json& arguments) {
  OpenSession* session = session_for(step);
  if (session == nullptr) return std::nullopt;
  switch (step.verb) {
    case Verb::request:
      return send_request(step, *session, text_of(part(arguments, "method")), part(arguments, "params"), arguments);
    case Verb::call:
      return send_call(step, *session, arguments);
    case Verb::notify: {
      json params = with_meta(part(arguments, "params"), nullptr, part(arguments, "meta"));
      const std::size_t number = session->session->notify(text_of(part(arguments, "method")), std::move(params),
                                                          send_options(step, arguments, session));
      return Sent{session, number, false, false};
    }
    default:
      return send_raw(step, *session, arguments);
  }
}

StepRunner::Sent StepRunner::send_request(const Step& step, OpenSession& session, const std::string& method,
                                          json params, const json& arguments) {
  RequestOptions options;
  static_cast<SendOptions&>(options) = send_options(step, arguments, &session);
  options.id = part(arguments, "id");
  options.meta = part(arguments, "meta");
  options.follow = follows(step, arguments);
  return {&session, session.session->start(method, std::move(params), std::move(options)), true, false};
}

// Only a tool that the user allowed is ever called: by --tool, or by naming it in a suite of his own.
std::optional<StepRunner::Sent> StepRunner::send_call(const Step& step, OpenSession& session, const json& arguments) {
  ToolRole called;
  if (const json& tool = part(arguments, "tool"); !tool.is_null()) {
    called.tool = text_of(tool);
    if (!check_.own) result_.skip = "only a suite of the user's may name a tool to call";
  } else {
    const std::string role = text_of(part(arguments, "role"));
    const auto found = room_.options.roles.find(role);
    if (found != room_.options.roles.end()) called = found->second;
    if (called.tool.empty()) result_.skip = "no tool is assigned to the role " + role;
  }
  if (!result_.skip.empty()) return std::nullopt;
  json params = {{"name", called.tool}, {"arguments", called.arguments}};
  if (const json& own = part(arguments, "arguments"); own.is_object()) params["arguments"] = own;
  if (const json& progress = part(arguments, "progress"); progress.is_boolean() && progress.get<bool>())
    params["_meta"]["progressToken"] = "mcplumb-" + random_token();
  return send_request(step, session, "tools/call", std::move(params), arguments);
}

std::optional<StepRunner::Sent> StepRunner::send_raw(const Step& step, OpenSession& session, const json& arguments) {
  std::optional<std::string> body;
  if (const json* value = member(arguments, "body")) body = text_of(*value);
  if (const json* value = member(arguments, "json")) body = serialize(*value);
  const std::string method = text_of(part(arguments, "method"));
  const std::optional<std::size_t> number =
      session.transport->raw(method, std::move(body), send_options(step, arguments, &session));
  if (!number) {
    unmet("the step sends a plain HTTP request, and the transport " + std::string(session.transport->kind()) +
          " has none");
    return std::nullopt;
  }
  if (method == "DELETE") {
    // A DELETE with the session's own id ends it, if the server agrees; it will not be ended twice.
    const Exchange& exchange = room_.http.trace().exchanges[*number];
    room_.http.loop().run_until([&] { return !session.transport->running(*number); }, deadline_of(step));
    if (exchange.status() / 100 == 2) session.ended = true;
  }
  const json& sent = room_.http.trace().exchanges[*number].message;
  return Sent{&session, *number, false, !sent.is_object() || !sent.contains("id")};
}

// A call is for what the tool gives out in the end, unless the tool is there to ask for input.
bool StepRunner::follows(const Step& step, const json& arguments) {
  const json& wish = part(arguments, "follow");
  if (wish.is_boolean()) return wish.get<bool>();
  return step.verb == Verb::call && part(arguments, "role") != "input";
}

bool StepRunner::is_over(const Sent& sent) const {
  if (sent.is_request) return sent.session->session->answer(sent.exchange).done();
  if (!sent.session->transport->running(sent.exchange)) return true;
  const Exchange& exchange = room_.http.trace().exchanges[sent.exchange];
  if (!exchange.is_event_stream() || exchange.status() < 200) return false;
  if (sent.until_headers) return true;  // an open stream that answers nothing: its headers say it all
  for (const Received& received : room_.http.trace().received)
    if (received.exchange == sent.exchange && member(received.value, "id") != nullptr &&
        *member(received.value, "id") == exchange.message["id"])
      return true;
  return false;
}

json StepRunner::view_of(const Sent& sent) const {
  const Micros now = room_.http.loop().now();
  json view = sent.is_request ? views_.answer(sent.session->session->answer(sent.exchange), now)
                              : views_.exchange(sent.exchange, now);
  view["seen"] = views_.seen_since(sent.exchange);
  return view;
}

void StepRunner::finish(const Step& step, const Sent& sent) {
  json view = view_of(sent);
  if (!sent.is_request && sent.session->transport->running(sent.exchange)) {
    sent.session->transport->close_stream(sent.exchange);
    room_.http.loop().run_until([&] { return !sent.session->transport->running(sent.exchange); }, deadline_of(step));
  }
  const std::size_t last = sent.is_request ? sent.session->session->answer(sent.exchange).exchange : sent.exchange;
  judge(step, std::move(view), last);
}

// A requirement was not met. What was judged before stands, else the check is skipped.
void StepRunner::unmet(std::string why) {
  stopped_ = true;
  if (result_.judged == 0) result_.skip = std::move(why);
}

// What HTTP says about a message is a rule of Streamable HTTP: stdio has no HTTP at all, and HTTP+SSE answers on
// another stream and leaves the reply to the POST open. A check that names its transports knows what it expects.
Expectations StepRunner::that_apply(const Expectations& all, const Step& step) const {
  const OpenSession* session = session_for(step);
  const std::string_view kind = session != nullptr ? session->transport->kind() : "streamable-http";
  const bool on_stream = step.verb == Verb::listen || step.verb == Verb::wait || step.verb == Verb::close;
  const bool named = std::find(check_.transports.begin(), check_.transports.end(), kind) != check_.transports.end();
  if (kind == "streamable-http" || (kind == "http-sse" && (named || on_stream))) return all;
  Expectations rest;
  rest.because = all.because;
  std::copy_if(all.all.begin(), all.all.end(), std::back_inserter(rest.all),
               [](const Expectation& each) { return !is_about_http(each.path); });
  return rest;
}

void StepRunner::judge(const Step& step, json view, std::optional<std::size_t> exchange) {
  json& variables = view["var"];
  for (const auto& [name, value] : variables_) variables[name] = value;
  const EvalContext context{shapes_, variables_};
  if (const auto unmet = evaluate(step.require, view, context); !unmet.empty()) {
    const Mismatch& first = unmet.front();
    return this->unmet(!step.require.because.empty() ? step.require.because
                                                     : first.path + " is " + first.actual + ", not " + first.expected);
  }
  const Expectations expect = that_apply(step.expect, step), prefer = that_apply(step.prefer, step),
                     mention = that_apply(step.mention, step);
  const auto broken = evaluate(expect, view, context);
  if (!broken.empty() && never_reached(view)) {
    result_.inconclusive = std::string(string_member(view["failure"], "message"));
    return;
  }
  if (!broken.empty() && room_.http.loop().stopped()) {  // it was we who did not wait
    result_.inconclusive = "interrupted";
    return;
  }
  const bool wanted = !step.expect.all.empty() || !step.prefer.all.empty() || !step.mention.all.empty();
  const bool can_be_met = !expect.all.empty() || !prefer.all.empty() || !mention.all.empty();
  if (can_be_met) ++result_.judged;
  left_out_ = left_out_ || (wanted && !can_be_met);
  add_findings(broken, severity_, step, view, exchange);
  add_findings(evaluate(prefer, view, context), Verdict::warn, step, view, exchange);
  add_findings(evaluate(mention, view, context), Verdict::note, step, view, exchange);
  for (const auto& [name, path] : step.capture) {
    const std::optional<json> value = lookup(path, view);
    if (value) {
      variables_[name] = *value;
    } else if (result_.findings.empty()) {
      result_.inconclusive = "nothing to remember as " + name + ": " + path + " is absent";
    } else {
      result_.inconclusive.clear();
      variables_[name] = nullptr;
    }
  }
}

void StepRunner::add_findings(const std::vector<Mismatch>& mismatches, Verdict severity, const Step& step,
                              const json& view, std::optional<std::size_t> exchange) {
  for (const Mismatch& mismatch : mismatches) {
    Finding finding;
    finding.severity = severity;
    finding.path = mismatch.path;
    finding.expected = mismatch.expected;
    finding.actual = mismatch.actual;
    // "absent" alone hides why: there was no response, or an error instead of a result.
    const json& failure = part(view, "failure");
    if (mismatch.actual == "absent" && failure.is_object())
      finding.actual = "absent: " + std::string(string_member(failure, "message"));
    else if (mismatch.actual == "absent" && part(view, "error").is_object() && mismatch.path.starts_with("result"))
      finding.actual = "absent; the response is the error " + shortened(serialize(view["error"]), 160);
    if (mismatch.path == "result.isError" && mismatch.actual == "true" && part(view, "text").is_string())
      finding.actual = "true; the tool says: " + shortened(view["text"].get<std::string>(), 300);
    if (mismatch.path == "took" && mismatch.actual != "absent") finding.actual += " ms";
    finding.exchange = exchange;
    finding.script_at = place_of(step);
    result_.findings.push_back(std::move(finding));
  }
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
  if (step.session == "none") return &room_.book.outside();
  if (step.session == "main" && sessions_.count("main") == 0) return current_;
  const auto found = sessions_.find(step.session);
  return found == sessions_.end() ? nullptr : found->second;
}

SendOptions StepRunner::send_options(const Step& step, const json& arguments, OpenSession*) const {
  SendOptions options;
  options.purpose = check_.id;
  options.deliberate = step.deliberate;
  options.deadline = deadline_of(step);
  const json& headers = part(arguments, "headers");
  if (!headers.is_object()) return options;
  for (const auto& [name, value] : headers.items()) {
    if (value.is_null())
      options.without.push_back(name);
    else
      options.headers.push_back({name, text_of(value)});
  }
  return options;
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
    if (!streaming) room_.book.end(*session, room_.http.loop().now() + 2 * kSecond);
  }
}

}  // namespace mcplumb
