#include "client/session/session.hpp"
#include "client/text/wording.hpp"
#include "client/transport/missing_reply.hpp"
#include "client/transport/spoiled_body.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/take_message.hpp"
#include "client/no_memory.hpp"

namespace mcplumb {
namespace {

nlohmann::json result(nlohmann::json value) { return {{"result", std::move(value)}}; }
nlohmann::json error(int code, std::string_view message) { return {{"error", {{"code", code}, {"message", message}}}}; }

// Prompt and harmless: nothing is generated, nobody is asked, no file is shown.
nlohmann::json default_answer(const std::string& method, const nlohmann::json& capabilities) {
  if (method == "ping") return result(nlohmann::json::object());
  if (method == "roots/list" && capabilities.contains("roots")) return result({{"roots", nlohmann::json::array()}});
  if (method == "elicitation/create" && capabilities.contains("elicitation")) return result({{"action", "decline"}});
  if (method == "sampling/createMessage" && capabilities.contains("sampling"))
    return error(-1, "mcplumb has no model and declines to sample");
  return error(-32601, "Method not found");
}

constexpr std::size_t kAnswersOnReply = 100, kAnswersInRun = 1000;
constexpr std::size_t kIdMost = 8 * 1024;  // it is sent back, and kept with what was sent

constexpr const char* kRelatedTask = "io.modelcontextprotocol/related-task";

// What belongs to a task names it (2025-11-25, basic/utilities/tasks#related-task-metadata).
void name_task(const nlohmann::json& request, nlohmann::json& answer) {
  const nlohmann::json* params = member(request, "params");
  const nlohmann::json* meta = params != nullptr ? member(*params, "_meta") : nullptr;
  const nlohmann::json* task = meta != nullptr ? member(*meta, kRelatedTask) : nullptr;
  if (task != nullptr && answer.contains("result") && answer["result"].is_object())
    answer["result"]["_meta"][kRelatedTask] = *task;
}

bool is_response(const nlohmann::json& message) {
  return message.is_object() && !message.contains("method") &&
         (message.contains("result") || message.contains("error") || message.contains("id"));
}

// The answer to another client of the server, sent to this one as well: ours may still come.
bool asked_by_another(const Trace& trace, const Received& received) {
  const Exchange& channel = trace.exchanges[received.exchange];
  return channel.over_http() && std::any_of(trace.exchanges.begin(), trace.exchanges.end(), [&](const Exchange& each) {
           const nlohmann::json* id = member(each.message, "id");
           return each.session != channel.session && id != nullptr && *id == *member(received.value, "id");
         });
}

std::string wrong_id(const nlohmann::json* id, const nlohmann::json& asked) {
  return "the reply carries " + (id != nullptr ? "id " + shortened(serialize(*id), 60) : std::string("no id")) +
         " where id " + serialize(asked) + " was asked for";
}

// What a channel has brought up to now.
std::string seen_so_far(const Exchange& channel) {
  const std::string what = channel.over_http() ? " events on the stream" : " lines on stdout";
  std::string text = std::to_string(channel.events_seen) + what + " so far";
  if (!channel.over_http() && !channel.events.empty())
    text += ", the last: " + shortened(channel.events.back().data, 80);
  return text;
}

// What of a reply has come that is not over, or was over too early.
std::string reply_so_far(const Exchange& exchange) {
  const std::string begun = exchange.unfinished.empty() ? ""
                                                        : "; an event was begun, and no blank line ends it: " +
                                                              shortened(exchange.unfinished, 120);
  const std::string foreign = exchange.events_seen == 0 ? foreign_bytes(exchange) : "";
  if (exchange.is_event_stream())
    return (exchange.ended == kNever ? "the stream is open, " : "the server ended the stream after ") +
           std::to_string(exchange.events_seen) + " events" + (exchange.ended == kNever ? " so far" : "") + begun +
           (foreign.empty() ? "" : "; " + foreign);
  const std::string announced = exchange.header("content-length").value_or("");
  return "only " + std::to_string(exchange.body_size) + " bytes of the reply's body came" +
         (announced.empty() ? "" : ", of the " + announced + " that Content-Length announces");
}

}  // namespace

Session::Session(EventLoop& loop, Trace& trace, Transport& transport, SessionOptions options)
    : loop_(loop), trace_(trace), transport_(transport), options_(std::move(options)) {
  transport_.observe(this);
}

Session::~Session() {
  transport_.observe(nullptr);
  for (auto& [ticket, pending] : requests_) loop_.cancel(pending.timer);
}

Session::Ticket Session::start(std::string method, nlohmann::json params, RequestOptions options) {
  check_memory();
  const nlohmann::json id = options.id.is_null() ? nlohmann::json(next_id_++) : options.id;
  nlohmann::json kept = options.follow ? params : nlohmann::json();
  const nlohmann::json message = make_request(id, method, with_meta(std::move(params), envelope(), options.meta));
  SendOptions send = options;
  send.deadline = kNever;  // the session itself watches it, so that it can tell the server
  if (std::all_of(requests_.begin(), requests_.end(), [](const auto& each) { return each.second.answer.done(); }))
    strays_ = 0;
  const Ticket ticket = transport_.send(message, send);
  Pending& pending = requests_[ticket];
  pending.id = id;
  pending.method = std::move(method);
  pending.params = std::move(kept);
  pending.options = std::move(options);
  pending.answer.exchange = ticket;
  if (pending.options.deadline != kNever)
    pending.timer = loop_.at(pending.options.deadline, [this, ticket] { expire(ticket); });
  return ticket;
}

const Answer& Session::answer(Ticket ticket) const {
  const Pending* pending = &requests_.at(ticket);
  while (pending->next) pending = &requests_.at(*pending->next);
  return pending->answer;
}

Session::Pending& Session::last_round(Ticket ticket) {
  Pending* pending = &requests_.at(ticket);
  while (pending->next) pending = &requests_.at(*pending->next);
  return *pending;
}

Answer Session::request(std::string method, nlohmann::json params, RequestOptions options) {
  const Ticket ticket = start(std::move(method), std::move(params), std::move(options));
  loop_.run_until([&] { return answer(ticket).done(); }, kNever);
  if (!answer(ticket).done()) cancel(ticket, loop_.why_stopped());
  return answer(ticket);
}

std::size_t Session::notify(const std::string& method, nlohmann::json params, const SendOptions& options) {
  return transport_.send(make_notification(method, std::move(params)), options);
}

Answer Session::ping(const RequestOptions& options) {
  return request(is_stateless() ? "server/discover" : "ping", nullptr, options);
}

void Session::expire(Ticket ticket) {
  Pending& pending = requests_.at(ticket);
  pending.timer = 0;
  if (pending.answer.done()) return;
  if (pending.options.cancel_at_deadline && pending.method != "initialize" && !opening_.revision.empty())
    cancel(ticket, "no response within the deadline");
  const std::string why = "no response within the deadline of " +
                          whole_seconds(pending.options.deadline - trace_.exchanges[ticket].request.at) +
                          seen_until_now(ticket);
  pending.answer.problem.clear();
  fail(pending, why);
  transport_.give_up(ticket, FailureKind::deadline, why);
}

std::string Session::seen_until_now(Ticket ticket) const {
  const Exchange& exchange = trace_.exchanges[ticket];
  std::string seen;
  if (exchange.channel)
    seen = " (" + seen_so_far(trace_.exchanges[*exchange.channel]) + ")";
  else if (exchange.blocks.empty())
    seen = " (not even reply headers)";
  else
    seen = " (" + reply_so_far(exchange) + ")";
  if (const std::string more = transport_.about_silence(); !more.empty()) seen += "; " + more;
  const Exchange& carrier = exchange.channel ? trace_.exchanges[*exchange.channel] : exchange;
  if (const std::string broken = describe_unreadable(trace_, carrier, exchange.request.at); !broken.empty())
    seen += "; " + broken;
  return seen;
}

void Session::cancel(Ticket asked, const std::string& reason) {
  Pending& pending = last_round(asked);
  const Ticket ticket = pending.answer.exchange;
  if (pending.answer.done()) return;
  const bool closing_tells = is_stateless() && !trace_.exchanges[ticket].channel;
  if (pending.method != "initialize" && !closing_tells) {
    SendOptions options;
    options.purpose = pending.options.purpose;
    options.deadline = loop_.now() + 5 * kSecond;
    notify("notifications/cancelled", {{"requestId", pending.id}, {"reason", reason}}, options);
  }
  fail(pending, "cancelled: " + reason + seen_until_now(ticket));
  transport_.close_stream(ticket);
}

const nlohmann::json& Session::response(const Answer& answer) const { return kept_response(answer); }

const KeptMessage& Session::kept_response(const Answer& answer) const {
  static const KeptMessage kNone;
  return answer.received ? trace_.received[*answer.received].value : kNone;
}

void Session::let_go(const Answer& answer, bool makes_room) {
  if (!answer.received) return;
  KeptMessage& message = trace_.received[*answer.received].value;
  if (makes_room) trace_.messages.all.give_back(message.memory());
  message = {};
}

bool Session::take_copy(const Answer& answer) {
  return !answer.received || trace_.messages.all.take(trace_.received[*answer.received].value.memory());
}

std::string Session::too_much() const { return overflow_of(trace_.messages); }

void Session::on_message(std::size_t received) {
  const nlohmann::json& message = trace_.received[received].value;
  if (message.is_array()) {  // a batch: 2025-03-26 only, judged elsewhere; its responses count all the same
    for (const nlohmann::json& part : message)
      if (is_response(part))
        for (auto& [ticket, pending] : requests_)
          if (!pending.answer.done() && member(part, "id") != nullptr && *member(part, "id") == pending.id)
            fail_by(pending, trace_.received[received], "the response came inside an array");
    return;
  }
  if (message.is_null()) return receive_unreadable(trace_.received[received]);
  if (!message.is_object()) return;
  if (is_response(message)) return receive_response(received);
  if (message.contains("method") && message.contains("id")) return receive_request(trace_.received[received]);
  if (string_member(message, "method") == "notifications/progress") receive_progress(message);
}

// An event on a stream that is open and no JSON: what it was to answer gets no other answer. Of lines on stdout the
// transport knows more, and a body is over when it is read.
void Session::receive_unreadable(const Received& received) {
  const Exchange& carrier = trace_.exchanges[received.exchange];
  if (!carrier.over_http() || !carrier.is_event_stream()) return;
  const nlohmann::json broken = id_of_broken(event_of(received, carrier).data);
  for (auto& [ticket, pending] : requests_)
    if (!pending.answer.done() && !broken.is_null() && same_id(pending.id, broken["id"]))
      fail_by(pending, received, describe_unreadable(trace_, carrier, received.at));
}

// The request that a message answers: the one of that id, or, for an error without a usable id under an HTTP error
// status, the one whose POST it came back on (JSON-RPC 2.0 section 5; the id could not be read).
Session::Pending* Session::pending_for(const Received& response) {
  const nlohmann::json* id = member(response.value, "id");
  const bool on_channel = trace_.exchanges[response.exchange].is_channel();
  Pending* answered = nullptr;
  if (id != nullptr)
    for (auto& [ticket, pending] : requests_)
      if (pending.id == *id && pending.id.type() != nlohmann::json::value_t::null &&
          (pending.id.is_string() == id->is_string())) {
        if (!pending.answer.received || ticket == response.exchange) return &pending;
        if (on_channel) answered = &pending;  // a second response, and nothing else can tell what it answers
      }
  if (answered != nullptr) return answered;
  const auto same_post = requests_.find(response.exchange);
  if (same_post == requests_.end() || !response.value.contains("error")) return nullptr;
  return trace_.exchanges[response.exchange].status() >= 400 ? &same_post->second : nullptr;
}

void Session::receive_response(std::size_t index) {
  Received& received = trace_.received[index];
  if (Pending* pending = pending_for(received)) {
    received.answers = pending->answer.exchange;
    if (pending->answer.done()) return;
    pending->answer.received = index;
    loop_.cancel(pending->timer);
    if (pending->options.follow) go_on(*pending);
    return;
  }
  if (trace_.exchanges[received.exchange].is_channel()) return receive_stray(index);
  // Named at once: a reply with another id will not become ours by waiting.
  const auto same_post = requests_.find(received.exchange);
  if (same_post == requests_.end() || same_post->second.answer.done()) return;
  fail(same_post->second, wrong_id(member(received.value, "id"), same_post->second.id));
}

// A response on the channel with an id that was never asked for. Once there are as many of them as open requests, the
// answers are lost. An error without an id may be about anything that was sent, unless all of that was good requests.
void Session::receive_stray(std::size_t index) {
  const Received& received = trace_.received[index];
  const nlohmann::json* id = member(received.value, "id");
  const bool has_id = id != nullptr && !id->is_null();
  if (!has_id && !received.value.contains("result") && !sent_requests_only()) return;
  if (has_id && asked_by_another(trace_, received)) return;
  std::vector<Pending*> open;
  for (auto& [ticket, pending] : requests_) {
    if (has_id && pending.id == *id && pending.id.is_string() == id->is_string())
      return;  // a second response, judged elsewhere
    if (!pending.answer.done()) open.push_back(&pending);
  }
  if (open.empty() || ++strays_ < open.size()) return;
  strays_ = 0;
  for (Pending* pending : open) {
    fail_by(*pending, received, wrong_id(id, pending->id));
  }
}

// What came on the channel was meant as the answer, and is none.
void Session::fail_by(Pending& pending, const Received& received, const std::string& problem) {
  const Exchange& carrier = trace_.exchanges[received.exchange];
  if (carrier.is_channel()) transport_.give_up(pending.answer.exchange, FailureKind::malformed, problem);
  Exchange& asked = trace_.exchanges[pending.answer.exchange];
  if (carrier.is_channel() && !asked.answer) asked.answer = event_of(received, carrier);
  fail(pending, problem);
}

// Nothing else that an error without an id could be about.
bool Session::sent_requests_only() const {
  return std::all_of(trace_.exchanges.begin(), trace_.exchanges.end(), [&](const Exchange& exchange) {
    return exchange.session != options_.label || exchange.is_channel() ||
           (is_request(exchange.message) && !exchange.deliberate);
  });
}

nlohmann::json Session::answer_to(const nlohmann::json& request) const {
  const std::string method(string_member(request, "method"));
  const auto own = options_.answers.find(method);
  return own != options_.answers.end() ? own->second(request) : default_answer(method, options_.capabilities);
}

// A server that asks without end makes us send without end: then what carries its requests ends, at a bound of ours.
// With each second one more is fine: who pings us on a stream that is held for hours does no wrong.
bool Session::may_answer(const Received& request) {
  const std::size_t carrier = request.exchange;
  const auto seconds = [&](Micros since) { return static_cast<std::size_t>((loop_.now() - since) / kSecond); };
  const std::size_t most = kAnswersOnReply + seconds(trace_.exchanges[carrier].request.at);
  trace_.answers.raise_to(kAnswersInRun + seconds(0));
  std::string bound;
  if (string_member(request.value, "id").size() > kIdMost)
    bound = more_than_own_limit(kIdMost, "bytes in the id of a request");
  else if (asked_on_[carrier] >= most && !trace_.exchanges[carrier].is_channel())
    bound = more_than_own_limit(most, "requests on one stream");
  else if (!trace_.answers.take(1))
    bound = more_than_own_limit(trace_.answers.whole(), "requests in one run");
  if (bound.empty()) return ++asked_on_[carrier] > 0;
  transport_.give_up(carrier, FailureKind::too_large, "the server sent " + bound);
  return false;
}

void Session::receive_request(const Received& received) {
  const nlohmann::json& message = received.value;
  if (is_stateless()) return;  // no such thing exists there, nor an answer to it
  nlohmann::json answer = answer_to(message);
  if (answer.is_null() || !may_answer(received)) return;
  answer["jsonrpc"] = "2.0";
  answer["id"] = message["id"];
  name_task(message, answer);
  SendOptions options;
  options.purpose = "answer to " + shortened(string_member(message, "method"), 60);
  options.deadline = loop_.now() + 10 * kSecond;
  transport_.send(answer, options);
}

void Session::receive_progress(const nlohmann::json& message) {
  const nlohmann::json* params = member(message, "params");
  const nlohmann::json* token = params != nullptr ? member(*params, "progressToken") : nullptr;
  if (token == nullptr) return;
  for (auto& [ticket, pending] : requests_) {
    if (pending.answer.done()) continue;  // its caller may be gone; progress of a task may come long after the response
    const nlohmann::json& sent = trace_.exchanges[ticket].message;
    const nlohmann::json* asked = member(sent, "params");
    const nlohmann::json* meta = asked != nullptr ? member(*asked, "_meta") : nullptr;
    if (meta != nullptr && meta->contains("progressToken") && (*meta)["progressToken"] == *token &&
        pending.options.on_progress && !pending.next)
      pending.options.on_progress(*params);
  }
}

void Session::on_reply_end(std::size_t exchange) {
  const auto found = requests_.find(exchange);
  if (found != requests_.end() && !found->second.answer.done())
    fail(found->second, describe_missing_reply(trace_, trace_.exchanges[exchange]));
}

void Session::fail(Pending& pending, std::string problem) {
  if (pending.answer.done()) return;
  pending.answer.problem = std::move(problem);
  loop_.cancel(pending.timer);
  pending.timer = 0;
}

}  // namespace mcplumb
