#include "conformance/engine/view.hpp"

#include <algorithm>
#include <cctype>

#include "client/jsonrpc/message.hpp"
#include "client/media_type.hpp"
#include "client/text/utf8.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr std::size_t kMessagesShown = 500;
constexpr std::size_t kCopiesMax = 16 * 1024 * 1024;  // of large messages, in one view

json header_map(const Headers& headers) {
  json map = json::object();
  for (const Header& header : headers) {
    json& value = map[lower_case(header.name)];
    value = value.is_null() ? header.value : value.get_ref<const std::string&>() + ", " + header.value;
  }
  return map;
}

double ms(Micros from, Micros to) { return static_cast<double>(to - from) / 1000.0; }

// All text that a tool, a resource or a prompt gave out; absent for other results.
std::optional<std::string> text_of_result(const json& result) {
  std::optional<std::string> all;
  const auto add = [&](const json& block) {
    const json* text = member(block, "text");
    if (text == nullptr || !text->is_string()) return;
    if (!all->empty()) *all += '\n';
    *all += text->get_ref<const std::string&>();
  };
  for (const char* key : {"content", "contents", "messages"}) {
    const json* list = member(result, key);
    if (list == nullptr || !list->is_array()) continue;
    all.emplace();
    for (const json& item : *list) {
      const json* content = member(item, "content");  // of a message of a prompt
      add(content != nullptr ? *content : item);
    }
  }
  return all;
}

// The first different words of it: names, numbers, addresses.
json words_in(std::string_view text) {
  constexpr std::size_t kMost = 40, kShortest = 2, kLongest = 64;
  std::vector<std::string_view> words;
  const auto is_part = [](unsigned char c) { return c >= 0x80 || std::isalnum(c) != 0 || c == '_'; };
  const auto joins = [](char c) { return c == '.' || c == '@' || c == '-' || c == '+'; };
  for (std::size_t at = 0; at < text.size() && words.size() < kMost;) {
    std::size_t end = at;
    while (end < text.size() && (is_part(text[end]) || (end > at && joins(text[end])))) ++end;
    std::size_t last = end;
    while (last > at && joins(text[last - 1])) --last;
    const std::string_view word = text.substr(at, last - at);
    if (word.size() >= kShortest && word.size() <= kLongest &&
        std::find(words.begin(), words.end(), word) == words.end())
      words.push_back(word);
    at = std::max(end, at + 1);
  }
  return json(words);
}

// The longest time for which a stream was silent, from its headers to its last bytes; a comment is no silence.
std::optional<double> largest_gap_ms(const Exchange& exchange) {
  if (!exchange.is_event_stream() || exchange.chunks.empty()) return std::nullopt;
  Micros last = exchange.reply()->at, largest = 0;
  for (const Chunk& chunk : exchange.chunks) {
    largest = std::max(largest, chunk.at - last);
    last = chunk.at;
  }
  return ms(0, largest);
}

json failure_view(const Failure& failure) { return {{"kind", to_string(failure.kind)}, {"message", failure.message}}; }

// A program at the other end: whether and how it ended, and what was done to make it end.
json process_view(const ProcessRecord& process) {
  json view = {{"running", process.ended == kNever}, {"stderr-size", process.log.size}};
  if (process.exit_status) view["exit-status"] = *process.exit_status;
  if (process.signal) view["signal"] = *process.signal;
  view["terminated"] = process.terminated != kNever;
  view["killed"] = process.killed != kNever;
  if (process.input_closed != kNever && process.ended != kNever)
    view["ended-after-ms"] = ms(process.input_closed, process.ended);
  return view;
}

std::string ended_by(const Exchange& exchange) {
  if (exchange.ended == kNever) return "open";
  if (exchange.closed_by_us) return "client";
  if (!exchange.failure) return "server";
  if (exchange.failure->kind == FailureKind::deadline) return "deadline";
  return exchange.failure->kind == FailureKind::cancelled ? "client" : "cut";
}

}  // namespace

std::string_view kind_of_message(const json& message) {
  if (message.is_array()) return "batch";
  if (!message.is_object()) return "invalid";
  const auto has = [&](const char* name) { return message.contains(name); };
  if (!has("jsonrpc") && !has("id") && !has("method") && !has("result") && !has("error")) return "other";
  const bool has_id = message.contains("id");
  if (message.contains("method")) {
    // A notification that carries an id by mistake is still meant as one.
    if (string_member(message, "method").starts_with("notifications/")) return "notification";
    return has_id ? "request" : "notification";
  }
  return message.contains("result") || message.contains("error") || has_id ? "response" : "invalid";
}

void ViewBuilder::add_session(json& view, std::string_view label, Micros moment) const {
  json& session = view["session"] = json::object();
  const OpenSession* entry = sessions_.find(label);
  if (entry == nullptr) return;
  const Opening& opening = entry->opening();
  if (!entry->transport->session_id().empty()) session["id"] = entry->transport->session_id();
  if (!opening.revision.empty()) session["revision"] = opening.revision;
  session["capabilities"] = entry->session->options().capabilities;
  session["proposed"] = entry->session->options().revision;
  session["initialized"] = opening.initialized_at != kNever && opening.initialized_at <= moment;
}

const json* ViewBuilder::of_server(std::string_view label, std::string_view name) const {
  const OpenSession* entry = sessions_.find(label);
  if (entry == nullptr) return nullptr;
  const json& said = entry->opening().result;
  return name == "info" ? server_info(said) : name == "capabilities" ? member(said, "capabilities") : nullptr;
}

void ViewBuilder::add_server(json& view, std::string_view label) const {
  for (const char* name : {"capabilities", "info"})
    if (const json* said = of_server(label, name)) view["server"][name] = *said;
}

void ViewBuilder::index_new() const {
  for (; indexed_ < trace_.received.size(); ++indexed_) on_[trace_.received[indexed_].exchange].push_back(indexed_);
}

// The response to the request that this exchange sent: matched by the session, or, for a raw request, by its id.
const Received* ViewBuilder::response_on(const Exchange& exchange) const {
  index_new();
  const json* id = member(exchange.message, "id");
  const auto found = on_.find(exchange.number);
  if (found != on_.end()) {
    for (const std::size_t index : found->second) {
      const Received& received = trace_.received[index];
      if (received.answers == exchange.number) return &received;
      if (received.answers || id == nullptr || received.value.contains("method")) continue;
      const json* answered = member(received.value, "id");
      if (answered != nullptr && *answered == *id && answered->is_string() == id->is_string()) return &received;
    }
  }
  if (id == nullptr || exchange.message.contains("result") || exchange.message.contains("error")) return nullptr;
  for (const Received& received : trace_.received)  // it came on another exchange: a channel, or a resumed stream
    if (received.answers == exchange.number) return &received;
  return nullptr;
}

void ViewBuilder::add_message(json& view, const json& message) {
  view["message"] = message;
  if (const json* error = member(message, "error")) view["error"] = *error;
  const json* result = member(message, "result");
  if (result == nullptr) return;
  view["result"] = *result;
  add_text(view, message);
}

void ViewBuilder::add_text(json& view, const json& message) {
  const json* result = member(message, "result");
  if (result == nullptr) return;
  if (auto text = text_of_result(*result)) {
    view["words"] = words_in(*text);
    view["text"] = std::move(*text);
  }
}

json ViewBuilder::event(const StreamEvent& one, const Exchange& exchange) const {
  Allowance copies(kCopiesMax);
  return event(one, exchange, copies);
}

json ViewBuilder::event(const StreamEvent& event, const Exchange& exchange, Allowance& copies) const {
  json view = {{"type", event.type}, {"has-data", event.has_data}, {"at-ms", ms(exchange.request.at, event.at)}};
  if (event.id) view["id"] = *event.id;
  if (event.retry_ms) view["retry"] = *event.retry_ms;
  if (!event.has_data) return view;
  view["data"] = event.data;
  if (event.data_cut) {  // the message is known all the same
    index_new();
    const auto found = on_.find(exchange.number);
    if (found == on_.end()) return view;
    for (const std::size_t index : found->second)
      if (const Received& received = trace_.received[index];
          received.event && &exchange.events[*received.event] == &event && copies.take(received.value.bytes_of_copy()))
        view["json"] = received.value;
    return view;
  }
  if (event.data.empty()) return view;
  if (Result<json> parsed = parse_json(event.data, {}, nullptr))
    view["json"] = std::move(*parsed);
  else
    view["problem"] = parsed.error().what;
  return view;
}

// Of a body that is kept in part the message is known all the same.
void ViewBuilder::add_json_body(json& view, const Exchange& exchange) const {
  if (exchange.is_event_stream() || exchange.body_size == 0) return;
  if (!exchange.body_cut) {
    if (Result<json> parsed = parse_json(exchange.body, {}, nullptr)) view["json"] = std::move(*parsed);
    return;
  }
  if (const json* message = message_of_cut_body(exchange)) view["json"] = *message;
}

const json* ViewBuilder::message_of_cut_body(const Exchange& exchange) const {
  index_new();
  const auto found = on_.find(exchange.number);
  if (found == on_.end()) return nullptr;
  for (auto index = found->second.rbegin(); index != found->second.rend(); ++index)
    if (const json& value = trace_.received[*index].value; !value.is_null()) return &value;
  return nullptr;
}

void ViewBuilder::add_head(json& view, const Exchange& exchange) {
  const HeaderBlock* reply = exchange.reply();
  if (reply == nullptr) return;
  view["status"] = reply->status;
  view["reason"] = reply->reason;
  view["header"] = header_map(reply->headers);
  if (const auto type = exchange.header("content-type")) view["media-type"] = media_type(*type);
}

void ViewBuilder::add_body(json& view, const Exchange& exchange) {
  view["body"] = exchange.body;
  view["body-size"] = exchange.body_size;
  view["utf8"] = is_utf8(exchange.body_cut ? std::string_view() : std::string_view(exchange.body));
  if (exchange.failure) view["failure"] = failure_view(*exchange.failure);
}

void ViewBuilder::add_events(json& view, const Exchange& exchange) const {
  view["events"] = json::array();
  Allowance copies(kCopiesMax);
  for (const StreamEvent& each : exchange.events) view["events"].push_back(event(each, exchange, copies));
}

void ViewBuilder::add_stream(json& view, const Exchange& exchange, Micros now) const {
  const Micros end = exchange.ended == kNever ? now : exchange.ended;
  const bool has_ids = std::any_of(exchange.events.begin(), exchange.events.end(),
                                   [](const StreamEvent& each) { return each.id.has_value(); });
  view["comments"] = exchange.comments_seen;
  if (!exchange.unfinished.empty()) view["unfinished"] = exchange.unfinished;
  view["stream"] = {{"sse", exchange.is_event_stream()},
                    {"ended-by", ended_by(exchange)},
                    {"has-ids", has_ids},
                    {"events-seen", exchange.events_seen}};
  json& timing = view["timing"];
  if (const HeaderBlock* reply = exchange.reply()) timing["headers-ms"] = ms(exchange.request.at, reply->at);
  timing["total-ms"] = ms(exchange.request.at, end);
  if (!exchange.events.empty()) timing["first-event-ms"] = ms(exchange.request.at, exchange.events.front().at);
  if (const Received* response = response_on(exchange)) {
    timing["response-ms"] = ms(exchange.request.at, response->at);
    if (response->exchange == exchange.number) timing["open-after-response-ms"] = ms(response->at, end);
  }
  if (const auto gap = largest_gap_ms(exchange)) timing["largest-gap-ms"] = *gap;
  view["took"] = timing.contains("response-ms") ? timing["response-ms"] : timing["total-ms"];
}

void ViewBuilder::add_messages(json& view, const Exchange& exchange) const {
  view["messages"] = json::array();
  index_new();
  Allowance copies(kCopiesMax);
  if (const auto found = on_.find(exchange.number); found != on_.end())
    for (std::size_t i = 0; i < std::min(found->second.size(), kMessagesShown); ++i) {
      const KeptMessage& message = trace_.received[found->second[i]].value;
      view["messages"].push_back(copies.take(message.bytes_of_copy()) ? message.json() : json());
    }
}

void ViewBuilder::add_request(json& view, const Exchange& exchange) const {
  json& request = view["request"];
  request = json::object();
  if (!exchange.request.method.empty())
    request = {{"http-method", exchange.request.method}, {"header", header_map(exchange.request.headers)}};
  for (const char* name : {"method", "id", "params"})
    if (const json* value = member(exchange.message, name)) request[name] = *value;
  if (!exchange.revision.empty()) request["revision"] = exchange.revision;
  view["transport"] = exchange.transport ? to_string(*exchange.transport) : "";
  if (exchange.process && *exchange.process < trace_.processes.size())
    view["process"] = process_view(trace_.processes[*exchange.process]);
}

json ViewBuilder::exchange(std::size_t number, Micros now) const {
  const Exchange& exchange = trace_.exchanges[number];
  json view = carrier(number, now);
  add_body(view, exchange);
  add_json_body(view, exchange);
  add_events(view, exchange);
  add_messages(view, exchange);
  if (const Received* response = response_on(exchange)) add_message(view, response->value);
  add_session(view, exchange.session, exchange.request.at);
  add_server(view, exchange.session);
  return view;
}

json ViewBuilder::carrier(std::size_t number, Micros now) const {
  const Exchange& exchange = trace_.exchanges[number];
  json view = json::object();
  add_head(view, exchange);
  add_body(view, exchange);
  view.erase("body");
  add_stream(view, exchange, now);
  if (const Received* response = response_on(exchange)) add_text(view, response->value);
  add_request(view, exchange);
  return view;
}

json ViewBuilder::answer(const Answer& answer, Micros now) const {
  json view = exchange(answer.exchange, now);
  if (answer.received)
    add_message(view, trace_.received[*answer.received].value);
  else if (!view.contains("failure"))
    view["failure"] = {{"kind", "no-response"}, {"message", answer.problem}};
  return view;
}

json ViewBuilder::seen_since(std::size_t number) const {
  const Exchange& since = trace_.exchanges[number];
  json seen = json::array();
  for (auto each = trace_.received.rbegin(); each != trace_.received.rend() && each->at >= since.request.at; ++each)
    if (const Exchange& on = trace_.exchanges[each->exchange]; on.session == since.session)
      // What is in no session has nothing but its purpose to tell it apart.
      if ((!since.session.empty() || on.purpose == since.purpose) && seen.size() < kMessagesShown)
        seen.push_back(each->value);
  std::reverse(seen.begin(), seen.end());
  return seen;
}

void ViewBuilder::add_kind(json& view, const Received& received) const {
  view["kind"] = kind_of_message(received.value);
  if (!received.problem.empty()) view["problem"] = received.problem;
  if (!received.misframing.empty()) view["misframing"] = received.misframing;
  const std::deque<Exchange>& all = trace_.exchanges;
  if (received.value.is_null() && received.event && *received.event < all[received.exchange].events.size())
    view["text"] = all[received.exchange].events[*received.event].data;
}

void ViewBuilder::add_asked(json& view, const Received& received) const {
  if (!received.answers) return;
  json& request = view["request"] = json::object();
  for (const char* name : {"method", "id", "params"})
    if (const json* value = member(trace_.exchanges[*received.answers].message, name)) request[name] = *value;
}

}  // namespace mcplumb
