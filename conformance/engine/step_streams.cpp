#include "conformance/engine/step_streams.hpp"

#include "client/jsonrpc/message.hpp"
#include "conformance/engine/step_parts.hpp"

namespace mcplumb {

using nlohmann::json;

// Over when the reply's headers are there, or its answer: what comes then is for `wait`, `close` and `finish`.
void StepStreams::send_in_background(const Step& step, const json& arguments) {
  if (const std::optional<Sent> sent = sender_.send(step, arguments)) leave_in_background(step, step.as, *sent);
}

void StepStreams::leave_in_background(const Step& step, const std::string& name, const Sent& sent) {
  const Exchange& exchange = check_.trace().exchanges[sent.exchange];
  const std::size_t first = exchange.channel ? check_.trace().exchanges[*exchange.channel].events.size() : 0;
  streams_[name] = {sent.session, sent.exchange, first, true};
  const bool has_headers = has_http(sent.session->transport->kind());
  check_.loop().run_until([&] { return !has_headers || exchange.status() >= 200 || sender_.is_over(sent); },
                          check_.deadline_of(step));
  judge_.judge(step, sender_.view_of(sent), sent.exchange);
}

void StepStreams::finish(const Step& step) {
  const auto found = streams_.find(step.on.empty() ? "stream" : step.on);
  if (found == streams_.end()) return;
  const Sent sent{found->second.session, found->second.exchange, found->second.is_request, false};
  check_.loop().run_until([&] { return sender_.is_over(sent); }, check_.deadline_of(step));
  judge_.judge(step, sender_.view_of(sent), sent.exchange);
}

std::unique_ptr<Parts> StepStreams::message_view(std::size_t index) const {
  static const json kNoCarrier = json::object();
  const Received& received = check_.trace().received[index];
  return std::make_unique<MessageParts>(check_.views, received, check_.trace().exchanges[received.exchange],
                                        kNoCarrier);
}

StepView StepStreams::view_of(std::size_t exchange) const {
  return StepView(std::make_unique<ExchangeParts>(check_.views, check_.trace().exchanges[exchange], check_.now()));
}

// Takes the messages of the session in their order, on whatever stream they come.
void StepStreams::await(const Step& step) {
  const OpenSession* session = sessions_.of(step);
  if (session == nullptr) return;
  const Trace& trace = check_.trace();
  std::optional<std::size_t> found;
  const auto arrived = [&] {
    for (; awaited_ < trace.received.size() && !found; ++awaited_) {
      if (trace.exchanges[trace.received[awaited_].exchange].session != session->label) continue;
      if (check_.fits(step.until, *message_view(awaited_))) found = awaited_;
    }
    return found.has_value();
  };
  check_.loop().run_until(arrived, check_.deadline_of(step));
  if (!found) return judge_.judge(step, {}, std::nullopt);
  judge_.judge(step, StepView(message_view(*found)), trace.received[*found].exchange);
}

void StepStreams::listen(const Step& step, const json& arguments) {
  OpenSession* session = sessions_.of(step);
  if (session == nullptr) return;
  SendOptions options = check_.send_options(step, arguments);
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
    return judge_.unmet("the transport " + std::string(to_string(session->transport->kind())) +
                        " has no stream to listen on");
  const Exchange& exchange = check_.trace().exchanges[*number];
  const std::size_t first = exchange.is_channel() ? exchange.events.size() : 0;  // what came before is no news
  streams_[name] = {session, *number, first, false};
  check_.loop().run_until(
      [&] { return exchange.status() >= 200 || exchange.is_channel() || !session->transport->running(*number); },
      check_.deadline_of(step));
  judge_.judge(step, view_of(*number), *number);
}

// Some servers ask their clients on the GET stream, whatever the call is that they ask for.
void StepStreams::hear(const Step& step, OpenSession& session) {
  const bool is_of_use =
      session.usable() && !session.session->is_stateless() && !check_.run.needs.unanswered_before("GET");
  if (!is_of_use || session.transport->kind() != TransportKind::streamable_http) return;
  SendOptions options = check_.send_options(step, json::object());
  options.headers_deadline = options.deadline;
  options.deadline = kNever;
  const std::optional<std::size_t> number = session.transport->listen(options);
  if (!number) return;
  const Exchange& exchange = check_.trace().exchanges[*number];
  streams_["heard in " + session.label] = {&session, *number, 0, false};
  check_.loop().run_until([&] { return exchange.status() >= 200 || !session.transport->running(*number); },
                          check_.deadline_of(step));
}

void StepStreams::wait(const Step& step) {
  const auto found = streams_.find(step.on.empty() ? "stream" : step.on);
  if (found == streams_.end()) return;
  Stream& stream = found->second;
  // What a request brings comes on the channel, if there is one.
  const std::size_t carrier = check_.trace().exchanges[stream.exchange].channel.value_or(stream.exchange);
  const Exchange& exchange = check_.trace().exchanges[carrier];
  const bool any = step.until.all.empty();
  // Without a wish any sign of life from now on will do, a comment too.
  const std::size_t comments = exchange.comments_seen;
  if (any) stream.next_event = exchange.events.size();
  json event;
  const auto arrived = [&] {
    for (; stream.next_event < exchange.events.size(); ++stream.next_event) {
      json view = check_.views.event(exchange.events[stream.next_event], exchange);
      if (!any && !check_.fits(step.until, view)) continue;
      event = std::move(view);
      ++stream.next_event;
      return true;
    }
    if (any && exchange.comments_seen > comments) event = {{"comment", true}};
    return !event.is_null();
  };
  const bool hangs = check_.run.needs.unanswered_before(check_.trace().exchanges[stream.exchange]).has_value();
  const Micros patience = hangs ? kPatienceOnceMore
                          : any ? check_.run.options.idle_window
                                : check_.run.options.deadline;
  const Micros deadline = step.deadline ? check_.deadline_of(step) : check_.now() + patience;
  check_.loop().run_until([&] { return arrived() || !stream.session->transport->running(carrier); }, deadline);
  StepView view = view_of(stream.exchange);
  if (!event.is_null()) view.set("event", std::move(event));
  judge_.judge(step, std::move(view), stream.exchange);
}

void StepStreams::close(const Step& step) {
  const auto found = streams_.find(step.on.empty() ? "stream" : step.on);
  if (found == streams_.end()) return;
  const Stream stream = found->second;
  if (stream.is_request && stream.session->session->is_stateless())
    stream.session->session->cancel(stream.exchange, "the stream is closed");
  stream.session->transport->close_stream(stream.exchange);
  check_.loop().run_until([&] { return !stream.session->transport->running(stream.exchange); },
                          check_.deadline_of(step));
  judge_.judge(step, view_of(stream.exchange), stream.exchange);
}

void StepStreams::close_all() {
  for (const auto& [name, stream] : streams_) {
    const bool in_flight = stream.is_request && !stream.session->session->answer(stream.exchange).done();
    if (in_flight) stream.session->session->cancel(stream.exchange, "the check is over");
    const bool is_channel = check_.trace().exchanges[stream.exchange].is_channel();
    // Without its channel a session is over.
    if (!in_flight && !stream.is_request && !is_channel) stream.session->transport->close_stream(stream.exchange);
  }
}

}  // namespace mcplumb
