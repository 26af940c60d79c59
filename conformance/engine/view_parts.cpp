#include "conformance/engine/view_parts.hpp"

#include <algorithm>

#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

enum Group : unsigned { kHead, kBody, kJson, kEvents, kStream, kMessages, kText, kRequest, kSession, kServer };

struct Named {
  std::string_view name;
  Group group;
};

constexpr Named kGroups[] = {
    {"status", kHead},     {"reason", kHead},   {"header", kHead},      {"media-type", kHead},   {"body", kBody},
    {"body-size", kBody},  {"utf8", kBody},     {"failure", kBody},     {"json", kJson},         {"events", kEvents},
    {"comments", kStream}, {"stream", kStream}, {"timing", kStream},    {"unfinished", kStream}, {"took", kStream},
    {"text", kText},       {"words", kText},    {"request", kRequest},  {"transport", kRequest}, {"process", kRequest},
    {"session", kSession}, {"server", kServer}, {"messages", kMessages}};

}  // namespace

void ExchangeParts::make_group_of(std::string_view name) const {
  const auto found =
      std::find_if(std::begin(kGroups), std::end(kGroups), [&](const Named& n) { return n.name == name; });
  if (found == std::end(kGroups) || (groups_ & (1U << found->group)) != 0) return;
  groups_ |= 1U << found->group;
  switch (found->group) {
    case kHead:
      return ViewBuilder::add_head(made_, exchange_);
    case kBody:
      return ViewBuilder::add_body(made_, exchange_);
    case kJson:
      return builder_.add_json_body(made_, exchange_);
    case kEvents:
      return builder_.add_events(made_, exchange_);
    case kStream:
      return builder_.add_stream(made_, exchange_, now_);
    case kMessages:
      return builder_.add_messages(made_, exchange_);
    case kText:
      if (const Received* response = builder_.response_on(exchange_)) ViewBuilder::add_text(made_, response->value);
      return;
    case kRequest:
      return builder_.add_request(made_, exchange_);
    case kSession:
      return builder_.add_session(made_, exchange_.session, exchange_.request.at);
    case kServer:
      return builder_.add_server(made_, exchange_.session);
  }
}

const json* ExchangeParts::find(const std::string& name) const {
  if (name == "message" || name == "result" || name == "error") {
    const Received* response = builder_.response_on(exchange_);
    if (response == nullptr) return nullptr;
    return name == "message" ? &response->value.json() : member(response->value, name);
  }
  if (name == "json" && exchange_.body_cut && !exchange_.is_event_stream())
    return builder_.message_of_cut_body(exchange_);
  make_group_of(name);
  return member(made_, name);
}

const json* ExchangeParts::find_within(const std::string& name, const std::string& member) const {
  return name == "server" ? builder_.of_server(exchange_.session, member) : Parts::find_within(name, member);
}

void ExchangeParts::shed() {
  const bool is_large = std::any_of(exchange_.events.begin(), exchange_.events.end(),
                                    [](const StreamEvent& event) { return event.data_cut; });
  constexpr unsigned kOfMessages = 1U << kEvents | 1U << kMessages;
  if (!is_large || (groups_ & kOfMessages) == 0) return;
  made_ = json::object();
  groups_ = 0;
}

AnswerParts::AnswerParts(const ViewBuilder& builder, const Trace& trace, const Answer& answer, Micros now)
    : exchange_(builder, trace.exchanges[answer.exchange], now),
      response_(answer.received ? &trace.received[*answer.received] : nullptr) {
  if (response_ == nullptr) made_["failure"] = {{"kind", "no-response"}, {"message", answer.problem}};
}

const json* AnswerParts::find(const std::string& name) const {
  if (name == "failure") {
    const json* failure = exchange_.find(name);
    return failure != nullptr ? failure : member(made_, name);
  }
  if (response_ == nullptr) return exchange_.find(name);
  if (name == "message") return &response_->value.json();
  if (name == "result" || name == "error") return member(response_->value, name);
  if (name != "text" && name != "words") return exchange_.find(name);
  if (made_.empty()) ViewBuilder::add_text(made_, response_->value);
  return member(made_, name);
}

// Only the message is not the exchange's.
const json* AnswerParts::find_within(const std::string& name, const std::string& member) const {
  return name == "server" ? exchange_.find_within(name, member) : Parts::find_within(name, member);
}

const json* MessageParts::find_within(const std::string& name, const std::string& member) const {
  return name == "server" ? builder_.of_server(carrier_.session, member) : Parts::find_within(name, member);
}

const json* MessageParts::find(const std::string& name) const {
  if (name == "message") return &received_.value.json();
  if (name == "on") return &on_;
  if (std::find(std::begin(kOfMessage), std::end(kOfMessage), name) != std::end(kOfMessage))
    return member(received_.value, name);
  if (name == "session") {
    if (!has_session_) builder_.add_session(made_, carrier_.session, received_.at);
    has_session_ = true;
  } else if (name == "server") {
    builder_.add_server(made_, carrier_.session);
  } else if (name == "request") {
    if (!has_asked_) builder_.add_asked(made_, received_);
    has_asked_ = true;
  } else if (!has_kind_) {
    builder_.add_kind(made_, received_);
    has_kind_ = true;
  }
  return member(made_, name);
}

}  // namespace mcplumb
