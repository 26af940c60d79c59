#include "client/connect/client.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "client/session/pages.hpp"
#include "client/text/wording.hpp"

namespace mcplumb {
namespace {

constexpr PageBounds kListBounds = {1000, 1'000'000};
constexpr Micros kClosingPatience = 3 * kSecond;

// "elicitation/create, roots/list"
std::string methods_wished_for(const nlohmann::json& result) {
  std::string words;
  if (const nlohmann::json* wishes = member(result, "inputRequests"); wishes != nullptr && wishes->is_object())
    for (const auto& [key, wish] : wishes->items())
      words += (words.empty() ? "" : ", ") + shortened(string_member(wish, "method"), 60);
  return words.empty() ? "it does not say which" : words;
}

}  // namespace

struct Client::State {
  State(Target wanted, ClientOptions settings)
      : target(std::move(wanted)),
        options(std::move(settings)),
        loop(clock),
        http(loop, trace, target.connection),
        pool(http, target, options.revision, options.capabilities) {}

  Target target;
  ClientOptions options;
  MonotonicClock clock;
  EventLoop loop;
  Trace trace;
  HttpClient http;
  SessionPool pool;
  OpenSession* open = nullptr;
  std::size_t handed_over = 0;  // messages of the trace that on_message has seen
};

Client::Client(Target target, ClientOptions options)
    : state_(std::make_unique<State>(std::move(target), std::move(options))) {}

Client::~Client() { close(); }

void Client::close() {
  state_->loop.resume();  // cleaning up goes on after stop()
  state_->pool.leave_all(state_->loop.now() + kClosingPatience);
  state_->pool.stop();
}

bool Client::fail(std::string what, std::optional<std::size_t> exchange) {
  problem_ = {std::move(what), exchange, nullptr};
  return false;
}

bool Client::open() {
  if (std::string problem = state_->pool.start(); !problem.empty()) return fail(std::move(problem));
  OpenOptions options;
  options.send.purpose = state_->options.purpose;
  options.send.deadline = state_->loop.now() + state_->options.deadline;
  options.at_once = true;
  state_->open = &state_->pool.open(options);
  return opening().problem.empty() || fail(opening().problem, opening().answer.exchange);
}

void Client::hand_over(const std::function<void(const nlohmann::json& message)>& on_message) {
  for (; state_->handed_over < state_->trace.received.size(); ++state_->handed_over)
    if (on_message) on_message(state_->trace.received[state_->handed_over].value);
}

std::optional<nlohmann::json> Client::request(const std::string& method, nlohmann::json params,
                                              const CallOptions& call) {
  Session::Ticket ticket = 0;
  const nlohmann::json* result = ask(method, std::move(params), call, ticket);
  return result != nullptr ? std::optional(*result) : std::nullopt;
}

// The result, in the trace; null: there is none.
const nlohmann::json* Client::ask(const std::string& method, nlohmann::json params, const CallOptions& call,
                                  Session::Ticket& ticket) {
  EventLoop& loop = state_->loop;
  const Micros span = state_->options.deadline;
  const Micros latest = loop.now() + (call.at_most == kNever ? span : call.at_most);
  Micros deadline = std::min(latest, loop.now() + span);
  RequestOptions options;
  options.purpose = state_->options.purpose;
  options.deadline = latest;
  options.follow = true;
  options.on_progress = [&](const nlohmann::json&) { deadline = std::min(latest, loop.now() + span); };
  ticket = session().start(method, std::move(params), options);
  const auto done = [&] {
    hand_over(call.on_message);
    return session().answer(ticket).done();
  };
  for (Micros until = deadline; !loop.run_until(done, until) && !loop.stopped() && until < deadline;) until = deadline;
  if (!session().answer(ticket).done())
    session().cancel(ticket, loop.stopped() ? loop.why_stopped() : "no response within the deadline");
  return result_of(method, ticket);
}

const nlohmann::json* Client::result_of(const std::string& method, Session::Ticket ticket) {
  const Answer& answer = session().answer(ticket);
  if (!answer.received) {
    fail(method + ": " + answer.problem, ticket);
    return nullptr;
  }
  last_took_ = state_->trace.received[*answer.received].at - state_->trace.exchanges[ticket].request.at;
  const nlohmann::json& response = session().response(answer);
  const nlohmann::json* result = member(response, "result");
  if (const nlohmann::json* error = member(response, "error"); result == nullptr && error != nullptr) {
    fail(method + " was answered with the error " + shortened(serialize(*error), 400));
    problem_.error = *error;
  } else if (result == nullptr || !result->is_object()) {
    fail(method + " was answered without a result object", ticket);
  } else if (string_member(*result, "resultType") == "input_required") {
    fail(method + " was answered with a wish for input that nobody here can give: " + methods_wished_for(*result),
         answer.exchange);
  } else {
    return result;
  }
  return nullptr;
}

bool Client::look_through(const std::string& method, const std::function<bool(const nlohmann::json&)>& look) {
  return look_through(method, look, Keeps::none);
}

bool Client::look_through(const std::string& method, const std::function<bool(const nlohmann::json&)>& look,
                          Keeps keeps) {
  PageWalk walk(method, kListBounds);
  for (bool goes_on = true; goes_on && walk.wants_more();) {
    Session::Ticket ticket = 0;
    const nlohmann::json* result = ask(method, walk.params(), {}, ticket);
    if (result == nullptr) return false;
    if (walk.take(result) == PageWalk::Found::no_list)
      return fail(method + " was answered without a list `" + list_member(method) + "`");
    for (const nlohmann::json& each : walk.page()) goes_on = goes_on && look(each);
    session().let_go(session().answer(ticket), keeps == Keeps::none);
    if (!goes_on) return true;
  }
  if (walk.in_circle())
    fail(method + " goes in circles: a page leads back to one that came before");
  else if (walk.at_bound())
    fail(method + " has " + walk.bound());
  return walk.ended();
}

std::optional<std::vector<nlohmann::json>> Client::list(const std::string& method) {
  std::vector<nlohmann::json> all;
  const auto keep = [&](const nlohmann::json& each) {
    all.push_back(each);
    return true;
  };
  return look_through(method, keep, Keeps::all) ? std::optional(std::move(all)) : std::nullopt;
}

void Client::notify(const std::string& method, nlohmann::json params) {
  SendOptions options;
  options.purpose = state_->options.purpose;
  options.deadline = state_->loop.now() + state_->options.deadline;
  session().notify(method, std::move(params), options);
}

bool Client::watch(const std::function<bool(const nlohmann::json& message)>& on_message, Micros at_most,
                   nlohmann::json filter) {
  EventLoop& loop = state_->loop;
  Transport& transport = *state_->open->transport;
  RequestOptions options;
  options.purpose = state_->options.purpose;
  options.deadline = loop.now() + at_most;
  const bool subscribes = session().is_stateless();
  const std::optional<std::size_t> stream =
      subscribes ? session().start("subscriptions/listen", {{"notifications", std::move(filter)}}, options)
                 : transport.listen(options);
  if (!stream) return fail("the transport " + std::string(to_string(transport.kind())) + " has no stream to listen on");
  bool wanted = true;
  const auto over = [&] {
    hand_over([&](const nlohmann::json& message) { wanted = wanted && on_message(message); });
    return !wanted || !transport.running(*stream);
  };
  loop.run_until(over, options.deadline);
  const Exchange& exchange = state_->trace.exchanges[*stream];
  const bool refused = has_http(transport.kind()) && exchange.status() >= 300;
  if (!refused && transport.running(*stream) && !exchange.is_channel())
    subscribes ? session().cancel(*stream, "nobody listens any more") : transport.close_stream(*stream);
  return !refused || fail("the stream was refused with HTTP " + std::to_string(exchange.status()), *stream);
}

bool Client::declares(std::string_view capability) const {
  const nlohmann::json* all = member(opening().result, "capabilities");
  return all != nullptr && member(*all, capability) != nullptr;
}

const Opening& Client::opening() const { return state_->open->opening(); }
Session& Client::session() { return *state_->open->session; }
TransportKind Client::transport() const { return state_->open->transport->kind(); }
EventLoop& Client::loop() { return state_->loop; }
const Trace& Client::trace() const { return state_->trace; }
const Target& Client::target() const { return state_->target; }

Micros Client::opening_took() const {
  const auto received = opening().answer.received;
  if (!received) return kNever;
  return state_->trace.received[*received].at - state_->trace.exchanges[opening().answer.exchange].request.at;
}

}  // namespace mcplumb
