// Steps about sessions and streams, and about requests that are left in the background.
#include "client/jsonrpc/message.hpp"
#include "conformance/engine/step_parts.hpp"
#include "conformance/engine/step_runner.hpp"

namespace mcplumb {

using nlohmann::json;

// Over when the reply's headers are there, or its answer: what comes then is for `wait`, `close` and `finish`.
void StepRunner::run_in_background(const Step& step, const json& arguments) {
  if (const std::optional<Sent> sent = send(step, arguments)) leave_in_background(step, step.as, *sent);
}

void StepRunner::leave_in_background(const Step& step, const std::string& name, const Sent& sent) {
  const Exchange& exchange = room_.http.trace().exchanges[sent.exchange];
  const std::size_t first = exchange.channel ? room_.http.trace().exchanges[*exchange.channel].events.size() : 0;
  streams_[name] = {sent.session, sent.exchange, first, true};
  const bool has_headers = has_http(sent.session->transport->kind());
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

void StepRunner::run_open(const Step& step, const json& arguments) {
  OpenOptions open;
  const json& revision = part(arguments, "revision");
  if (revision.is_string()) open.revision = revision.get<std::string>();
  open.capabilities = part(arguments, "capabilities");
  const json& initialized = part(arguments, "initialized");
  open.confirm = !initialized.is_boolean() || initialized.get<bool>();
  open.retry_supported_version = open.revision.empty();
  open.send = send_options(step, arguments, nullptr);
  open.meta = part(arguments, "meta");
  OpenSession& session = room_.sessions.open(open);
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
  if (!number)
    return unmet("the transport " + std::string(to_string(session->transport->kind())) + " has no stream to listen on");
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

}  // namespace mcplumb
