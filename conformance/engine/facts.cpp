#include "conformance/engine/facts.hpp"

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"

namespace mcplumb {
namespace {

constexpr int kReopenings = 20;

bool is_post_stream(const Exchange& exchange) {
  return exchange.request.method == "POST" && exchange.is_event_stream();
}

bool has_event_id(const Exchange& exchange) {
  for (const StreamEvent& event : exchange.events)
    if (event.id) return true;
  return false;
}

}  // namespace

OpenSession* RunFacts::shared() {
  if (shared_ != nullptr && shared_->usable()) return shared_;
  if (reopened_++ > kReopenings) return nullptr;
  OpenOptions open;
  open.send.purpose = "handshake";
  open.send.deadline = http_.loop().now() + options_.deadline;
  shared_ = &sessions_.open(open);
  looked_at_ = http_.trace().exchanges.size();
  return shared_->usable() ? shared_ : nullptr;
}

void RunFacts::verify_shared() {
  if (shared_ == nullptr || !shared_->usable()) return;
  bool suspect = false;
  for (; looked_at_ < http_.trace().exchanges.size(); ++looked_at_) {
    const Exchange& exchange = http_.trace().exchanges[looked_at_];
    if (exchange.session == shared_->label && !exchange.closed_by_us &&
        (exchange.failure || (exchange.status() == 404 && !shared_->session->is_stateless()) ||
         exchange.status() >= 500))
      suspect = true;
  }
  if (!suspect) return;
  RequestOptions options;
  options.purpose = "is the session alive";
  options.deadline = http_.loop().now() + options_.deadline;
  const Answer answer = shared_->session->ping(options);
  looked_at_ = http_.trace().exchanges.size();
  const bool alive = answer.received && http_.trace().exchanges[answer.exchange].status() < 300;
  if (!alive) shared_->ended = true;
}

bool RunFacts::any_reply(bool (*matches)(const Exchange&)) const {
  for (const Exchange& exchange : http_.trace().exchanges)
    if (exchange.status() / 100 == 2 && matches(exchange)) return true;
  return false;
}

bool RunFacts::get_stream() {
  if (get_stream_) return *get_stream_;
  // What was seen need not be asked: a server may refuse a second stream (409) until it has noticed the first one's
  // end.
  get_stream_ = any_reply([](const Exchange& seen) { return seen.request.method == "GET" && seen.is_event_stream(); });
  if (*get_stream_) return true;
  OpenSession* session = shared();
  if (session == nullptr || session->session->is_stateless()) return false;
  SendOptions options;
  options.purpose = "is there a GET stream";
  options.deadline = http_.loop().now() + options_.deadline;
  if (session->transport->channel()) return *(get_stream_ = true);  // it is always there
  const std::optional<std::size_t> number = session->transport->listen(options);
  if (!number) return false;
  const Exchange& exchange = http_.trace().exchanges[*number];
  http_.loop().run_until([&] { return !exchange.blocks.empty() || !session->transport->running(*number); },
                         options.deadline);
  get_stream_ = exchange.status() == 200 && exchange.is_event_stream();
  session->transport->close_stream(*number);
  http_.loop().run_until([&] { return !session->transport->running(*number); }, options.deadline);
  return *get_stream_;
}

bool RunFacts::delete_accepted() {
  if (delete_accepted_) return *delete_accepted_;
  delete_accepted_ = false;
  if (sessions_.era() == Era::stateless) return false;
  OpenOptions open;
  open.send.purpose = "is DELETE accepted";
  open.send.deadline = http_.loop().now() + options_.deadline;
  OpenSession& session = sessions_.open(open);
  if (!session.usable() || session.transport->session_id().empty()) return false;
  const std::size_t before = http_.trace().exchanges.size();
  sessions_.end(session, http_.loop().now() + options_.deadline);
  if (http_.trace().exchanges.size() > before) delete_accepted_ = http_.trace().exchanges[before].status() / 100 == 2;
  return *delete_accepted_;
}

// Asked for on a connection, or of a process, of its own: on a server that speaks both eras the first message decides.
bool RunFacts::stateless_only() {
  if (stateless_only_) return *stateless_only_;
  stateless_only_ = false;
  if (sessions_.era() != Era::stateless) return false;
  OpenOptions open;
  open.revision = kNewestHandshakeRevision;
  open.send.purpose = "is there a handshake, too";
  open.send.deliberate = true;
  open.send.deadline = http_.loop().now() + options_.deadline;
  OpenSession& session = sessions_.open(open);
  stateless_only_ = !session.usable();
  sessions_.end(session, http_.loop().now() + options_.deadline);
  for (Exchange& exchange : http_.trace().exchanges)
    if (exchange.session == session.label) exchange.deliberate = true;  // its end, too
  return *stateless_only_;
}

std::string RunFacts::unmet_capability(std::string_view path) {
  OpenSession* session = shared();
  if (session == nullptr) return "no session could be opened";
  const nlohmann::json* at = member(session->opening().result, "capabilities");
  std::string rest(path);
  while (at != nullptr && !rest.empty()) {
    const std::size_t dot = rest.find('.');
    at = member(*at, rest.substr(0, dot));
    rest = dot == std::string::npos ? "" : rest.substr(dot + 1);
  }
  const bool declared = at != nullptr && !at->is_null() && !(at->is_boolean() && !at->get<bool>());
  return declared ? "" : "the server does not declare " + std::string(path);
}

std::string RunFacts::unmet_need(std::string_view need) {
  if (need.starts_with("cap:")) return unmet_capability(need.substr(4));
  if (need.starts_with("role:")) {
    const std::string role(need.substr(5));
    return options_.roles.count(role) != 0 ? ""
                                           : "no tool is assigned to the role " + role + " (--tool " + role + "=NAME)";
  }
  if (need == "resource") return options_.resources.empty() ? "no resource may be read (--resource URI)" : "";
  if (need == "prompt") return options_.prompts.empty() ? "no prompt may be fetched (--prompt NAME)" : "";
  if (need == "local") return is_loopback(options_.target.url) ? "" : "only for a server on this machine";
  if (need == "slow") return options_.slow ? "" : "waits for the idle window; run with --slow";
  OpenSession* session = shared();
  if (session == nullptr) return "no session could be opened";
  if (session->transport->kind() != TransportKind::streamable_http)
    for (const char* own : {"session-id", "no-session-id", "header-rules", "delete", "post-sse"})
      if (need == own) return "only for Streamable HTTP";
  const bool has_id = !session->transport->session_id().empty();
  if (need == "stateful") {
    const bool keeps_sessions = has_id || session->transport->kind() != TransportKind::streamable_http;
    return keeps_sessions && !session->session->is_stateless() ? "" : "the server keeps no sessions";
  }
  if (need == "stateless-only") return stateless_only() ? "" : "only for servers without a handshake";
  if (need == "session-id") return has_id ? "" : "the server issues no session id";
  if (need == "no-session-id") return has_id ? "the server issues session ids" : "";
  if (need == "header-rules")
    return session->opening().revision >= "2025-06-18" ? ""
                                                       : "the MCP-Protocol-Version header has rules from 2025-06-18 on";
  if (need == "get-stream") return get_stream() ? "" : "the server offers no GET stream";
  if (need == "delete") return delete_accepted() ? "" : "the server does not accept DELETE";
  if (need == "post-sse") return any_reply(is_post_stream) ? "" : "no POST was answered with an event stream";
  if (need == "event-ids") return any_reply(has_event_id) ? "" : "the server puts no ids on events";
  return "unknown need " + std::string(need);
}

std::string RunFacts::unmet(const Check& check) {
  for (const std::string& need : check.needs)
    if (std::string why = unmet_need(need); !why.empty()) return why;
  return "";
}

}  // namespace mcplumb
