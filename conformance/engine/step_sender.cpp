#include "conformance/engine/step_sender.hpp"

#include "client/jsonrpc/message.hpp"
#include "conformance/engine/step_parts.hpp"

namespace mcplumb {

using nlohmann::json;

std::optional<Sent> StepSender::send(const Step& step, const json& arguments) {
  OpenSession* session = sessions_.of(step);
  if (session == nullptr) return std::nullopt;
  switch (step.verb) {
    case Verb::request:
      if (!is_allowed(arguments)) return std::nullopt;
      return send_with_answers(step, *session, arguments);
    case Verb::call:
      return send_call(step, *session, arguments);
    case Verb::notify: {
      json params = with_meta(part(arguments, "params"), nullptr, part(arguments, "meta"));
      const std::size_t number = session->session->notify(text_of(part(arguments, "method")), std::move(params),
                                                          check_.send_options(step, arguments));
      return Sent{session, number, false, false};
    }
    case Verb::line:
      return send_line(step, *session, arguments);
    default:
      return send_raw(step, *session, arguments);
  }
}

// With the session's answers to what the server wants to know, if the step says so.
std::optional<Sent> StepSender::send_with_answers(const Step& step, OpenSession& session, const json& arguments) {
  json params = part(arguments, "params");
  if (const json* answer = member(arguments, "answer")) {
    json wishes = part(*answer, "to");
    const json& most = part(*answer, "most");
    while (wishes.is_object() && most.is_number_integer() && wishes.size() > most.get<std::size_t>())
      wishes.erase(std::prev(wishes.end()));
    const std::optional<json> given = session.session->input_for(wishes);
    if (!given) {
      judge_.give_up("no answer is known to " + shortened(serialize(wishes), 100));
      return std::nullopt;
    }
    params["inputResponses"] = *given;
  }
  return send_request(step, session, text_of(part(arguments, "method")), std::move(params), arguments);
}

Sent StepSender::send_request(const Step& step, OpenSession& session, const std::string& method, json params,
                              const json& arguments) {
  RequestOptions options;
  static_cast<SendOptions&>(options) = check_.send_options(step, arguments);
  options.id = part(arguments, "id");
  options.meta = part(arguments, "meta");
  options.follow = follows(step, arguments);
  return {&session, session.session->start(method, std::move(params), std::move(options)), true, false};
}

// A resource that no list of the user's names is left alone, if the check asks whether it may read it.
bool StepSender::is_allowed(const json& arguments) {
  const std::string uri = text_of(part(part(arguments, "params"), "uri"));
  if (part(arguments, "allowed") != true || may_read(check_.run.options, uri)) return true;
  judge_.unmet("the resource " + shortened(uri, 80) + " may not be read (--resource URI)");
  return false;
}

// Only a tool that the user allowed is ever called: by --tool, or by naming it in a suite of his own.
std::optional<Sent> StepSender::send_call(const Step& step, OpenSession& session, const json& arguments) {
  ToolRole called;
  if (const json& tool = part(arguments, "tool"); !tool.is_null()) {
    called.tool = text_of(tool);
    if (!check_.check.own) judge_.skip("only a suite of the user's may name a tool to call");
  } else {
    const std::string role = text_of(part(arguments, "role"));
    const auto found = check_.run.options.roles.find(role);
    if (found != check_.run.options.roles.end()) called = found->second;
    if (called.tool.empty()) judge_.skip("no tool is assigned to the role " + role);
  }
  if (!judge_.goes_on()) return std::nullopt;
  json params = {{"name", called.tool}, {"arguments", called.arguments}};
  if (const json& own = part(arguments, "arguments"); own.is_object()) params["arguments"] = own;
  if (const json& progress = part(arguments, "progress"); progress.is_boolean() && progress.get<bool>())
    params["_meta"]["progressToken"] = "mcplumb-" + random_token();
  if (const json& task = part(arguments, "task"); task.is_object()) params["task"] = task;
  return send_request(step, session, "tools/call", std::move(params), arguments);
}

std::optional<Sent> StepSender::send_raw(const Step& step, OpenSession& session, const json& arguments) {
  std::optional<std::string> body;
  if (const json* value = member(arguments, "body")) body = text_of(*value);
  if (const json* value = member(arguments, "json")) body = serialize(*value);
  const std::string method = text_of(part(arguments, "method"));
  const std::optional<std::size_t> number =
      session.transport->raw(method, std::move(body), check_.send_options(step, arguments));
  if (!number) {
    judge_.unmet("the step sends a plain HTTP request, and the transport " +
                 std::string(to_string(session.transport->kind())) + " has none");
    return std::nullopt;
  }
  if (method == "DELETE") {
    // A DELETE with the session's own id ends it, if the server agrees; it will not be ended twice.
    const Exchange& exchange = check_.trace().exchanges[*number];
    check_.loop().run_until([&] { return !session.transport->running(*number); }, check_.deadline_of(step));
    if (exchange.status() / 100 == 2) session.ended = true;
  }
  const json& sent = check_.trace().exchanges[*number].message;
  return Sent{&session, *number, false, !sent.is_object() || !sent.contains("id")};
}

std::optional<Sent> StepSender::send_line(const Step& step, OpenSession& session, const json& arguments) {
  const std::optional<std::size_t> number =
      session.transport->send_line(text_of(part(arguments, "text")), check_.send_options(step, arguments));
  if (number) return Sent{&session, *number, false, false};
  judge_.unmet("the step writes a line, and the transport " + std::string(to_string(session.transport->kind())) +
               " has none");
  return std::nullopt;
}

// A call is for what the tool gives out in the end, unless the tool is there to ask for input.
bool StepSender::follows(const Step& step, const json& arguments) {
  const json& wish = part(arguments, "follow");
  if (wish.is_boolean()) return wish.get<bool>();
  return step.verb == Verb::call && part(arguments, "role") != "input";
}

bool StepSender::is_over(const Sent& sent) const {
  if (sent.is_request) return sent.session->session->answer(sent.exchange).done();
  if (!sent.session->transport->running(sent.exchange)) return true;
  const Exchange& exchange = check_.trace().exchanges[sent.exchange];
  if (!exchange.is_event_stream() || exchange.status() < 200) return false;
  if (sent.until_headers) return true;  // an open stream that answers nothing: its headers say it all
  for (const Received& received : check_.trace().received)
    if (received.exchange == sent.exchange && member(received.value, "id") != nullptr &&
        *member(received.value, "id") == exchange.message["id"])
      return true;
  return false;
}

StepView StepSender::view_of(const Sent& sent) const {
  const Micros now = check_.now();
  std::unique_ptr<Parts> base;
  if (sent.is_request)
    base =
        std::make_unique<AnswerParts>(check_.views, check_.trace(), sent.session->session->answer(sent.exchange), now);
  else
    base = std::make_unique<ExchangeParts>(check_.views, check_.trace().exchanges[sent.exchange], now);
  StepView view(std::move(base));
  view.set_later("seen", [&views = check_.views, number = sent.exchange] { return views.seen_since(number); });
  if (const json* asked = member(view["result"], "inputRequests"); asked != nullptr && asked->is_object())
    if (auto responses = sent.session->session->input_for(*asked)) view.set("input-responses", std::move(*responses));
  return view;
}

void StepSender::finish(const Step& step, const Sent& sent) {
  const std::size_t last = sent.is_request ? sent.session->session->answer(sent.exchange).exchange : sent.exchange;
  if (sent.is_request || !sent.session->transport->running(sent.exchange))
    return judge_.judge(step, view_of(sent), last);
  // As it is before we close it.
  json view = check_.views.exchange(sent.exchange, check_.now());
  view["seen"] = check_.views.seen_since(sent.exchange);
  sent.session->transport->close_stream(sent.exchange);
  check_.loop().run_until([&] { return !sent.session->transport->running(sent.exchange); }, check_.deadline_of(step));
  judge_.judge(step, StepView(std::move(view)), last);
}

}  // namespace mcplumb
