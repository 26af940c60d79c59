// Steps that send: requests, calls of tools, notifications, plain HTTP; and when they are over.
#include "client/jsonrpc/message.hpp"
#include "conformance/engine/step_parts.hpp"
#include "conformance/engine/step_runner.hpp"

namespace mcplumb {

using nlohmann::json;

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
    unmet("the step sends a plain HTTP request, and the transport " +
          std::string(to_string(session.transport->kind())) + " has none");
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

}  // namespace mcplumb
