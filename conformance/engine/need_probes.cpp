#include "conformance/engine/need_probes.hpp"

#include <algorithm>
#include <array>

#include "client/http/url.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/strands.hpp"
#include "conformance/engine/refusal.hpp"
#include "conformance/language/matcher_word.hpp"

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

// "tools/list"; "GET" for a stream that was asked for.
std::string asked_of(const Exchange& exchange) {
  const std::string method(string_member(exchange.message, "method"));
  return method.empty() ? exchange.request.method : method;
}

bool wants_result(const Expectations& expectations) {
  return std::any_of(expectations.all.begin(), expectations.all.end(), [](const Expectation& each) {
    const bool absent = each.matcher.clauses.size() == 1 && each.matcher.clauses.front().word->name == "absent";
    return (each.path == "result" || each.path.starts_with("result.")) && !absent;
  });
}

// Its verdict needs a result of `${probe}`, which says nothing about the rule itself.
bool hangs_on_probe(const std::vector<Step>& steps) {
  return std::any_of(steps.begin(), steps.end(), [](const Step& step) {
    const nlohmann::json* method = member(step.arguments, "method");
    const bool asks = step.verb == Verb::request && method != nullptr && *method == "${probe}";
    return (asks && wants_result(step.expect)) || hangs_on_probe(step.steps);
  });
}

}  // namespace

OpenSession* NeedProbes::shared() {
  if (shared_ != nullptr && shared_->usable()) return shared_;
  if (reopened_++ > kReopenings) return nullptr;
  OpenOptions open;
  open.send.purpose = "handshake";
  open.send.deadline = http_.loop().now() + options_.deadline;
  shared_ = &sessions_.open(open);
  looked_at_ = http_.trace().exchanges.size();
  return shared_->usable() ? shared_ : nullptr;
}

Answer NeedProbes::ping(OpenSession& session, const char* purpose) {
  RequestOptions options;
  options.purpose = purpose;
  options.deadline = http_.loop().now() + options_.deadline;
  return session.session->ping(options);
}

OpenSession* NeedProbes::begin_anew() {
  if (shared_ == nullptr || shared_->session->is_stateless()) return nullptr;
  shared_->ended = true;
  return shared();
}

void NeedProbes::verify_shared() {
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
  const Answer answer = ping(*shared_, "is the session alive");
  looked_at_ = http_.trace().exchanges.size();
  const bool alive = answer.received && http_.trace().exchanges[answer.exchange].status() < 300;
  if (!alive) shared_->ended = true;
}

void NeedProbes::remember_unanswered(std::size_t first) {
  const Trace& trace = http_.trace();
  const auto is_answered = [&](std::size_t number) {
    return std::any_of(trace.received.begin(), trace.received.end(),
                       [&](const Received& received) { return received.answers == number; });
  };
  for (std::size_t number = first; number < trace.exchanges.size(); ++number) {
    const Exchange& exchange = trace.exchanges[number];
    if (exchange.deliberate || !exchange.over_http()) continue;
    const bool given_up = exchange.failure && exchange.failure->kind == FailureKind::deadline;
    const bool left_open = exchange.closed_by_us && exchange.message.contains("id") && exchange.events_seen == 0 &&
                           exchange.ended - exchange.request.at > options_.deadline * 4 / 5;
    if ((given_up || left_open) && !is_answered(number)) unanswered_.try_emplace(asked_of(exchange), number);
  }
}

std::optional<std::size_t> NeedProbes::unanswered_before(std::string_view method) const {
  const auto found = unanswered_.find(method);
  return found == unanswered_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::size_t> NeedProbes::unanswered_before(const Exchange& exchange) const {
  const std::optional<std::size_t> known = unanswered_before(asked_of(exchange));
  return known && *known < exchange.number ? known : std::nullopt;
}

bool NeedProbes::any_reply(bool (*matches)(const Exchange&)) const {
  for (const Exchange& exchange : http_.trace().exchanges)
    if (exchange.status() / 100 == 2 && matches(exchange)) return true;
  return false;
}

bool NeedProbes::get_stream() {
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
  if (exchange.status() == 0)
    doubts_[NeedKind::get_stream] = "no reply headers to GET came within the deadline";
  else if (exchange.status() >= 500)
    doubts_[NeedKind::get_stream] = "GET was answered " + std::to_string(exchange.status());
  session->transport->close_stream(*number);
  http_.loop().run_until([&] { return !session->transport->running(*number); }, options.deadline);
  return *get_stream_;
}

bool NeedProbes::delete_accepted() {
  if (delete_accepted_) return *delete_accepted_;
  delete_accepted_ = false;
  if (sessions_.era() == Era::stateless) return false;
  OpenOptions open;
  open.send.purpose = "is DELETE accepted";
  open.send.deadline = http_.loop().now() + options_.deadline;
  OpenSession& session = sessions_.open(open);
  if (!session.usable() || session.transport->session_id().empty()) return false;
  sessions_.end(session, http_.loop().now() + options_.deadline);
  sessions_.wait_for_end(http_.loop().now() + options_.deadline);
  if (session.end) delete_accepted_ = http_.trace().exchanges[*session.end].status() / 100 == 2;
  return *delete_accepted_;
}

const std::string& NeedProbes::probe_refused() {
  if (probe_refused_) return *probe_refused_;
  for (int tries = 0; tries < 2; ++tries) {  // once is no habit
    OpenSession* session = shared();
    if (session == nullptr) return probe_refused_.emplace("no session could be opened");
    const Micros latest = http_.loop().now() + options_.deadline;
    const Answer answer = ping(*session, "is the probe answered");
    const std::string method = session->session->is_stateless() ? "server/discover" : "ping";
    const nlohmann::json* error =
        answer.received ? member(http_.trace().received[*answer.received].value, "error") : nullptr;
    if (answer.received && error == nullptr) return probe_refused_.emplace();
    probe_refused_ = method + (error != nullptr ? " is answered with an error" : " is not answered") + " (#" +
                     std::to_string(answer.exchange) + ")";
    if (http_.loop().now() >= latest) break;
    if (http_.trace().exchanges[answer.exchange].status() >= 400) session->ended = true;  // perhaps only it is gone
  }
  return *probe_refused_;
}

bool NeedProbes::stateless_only() {
  if (stateless_only_) return *stateless_only_;
  stateless_only_ = false;
  if (sessions_.era() != Era::stateless) return false;
  OpenOptions open;
  open.revision = kNewestHandshakeRevision;
  open.send.purpose = "is there a handshake, too";
  open.send.deliberate = true;
  open.send.deadline = http_.loop().now() + options_.deadline;
  OpenSession& session = sessions_.open(open);
  const Exchange& asked = http_.trace().exchanges[session.opening().answer.exchange];
  stateless_only_ = !session.usable() && found_of_refusal(asked) == RevisionLook::Found::refused;
  if (!session.usable() && !*stateless_only_)
    doubts_[NeedKind::stateless_only] =
        "whether there is a handshake, too, is not known: " + shortened(session.opening().problem, 160);
  sessions_.end(session, http_.loop().now() + options_.deadline);
  for (Exchange& exchange : http_.trace().exchanges)
    if (exchange.session == session.label) exchange.deliberate = true;  // its end, too
  return *stateless_only_;
}

// A need is one row. A row without one of its parts does not compile, nor does a need without a row.
struct NeedProbes::Needs {
  using Argument = const std::string&;
  // Whom to ask. The user and the target need no session; a server may be asked over Streamable HTTP only.
  enum class Asks { user, target, session, http_session };
  using FactTest = bool (*)(NeedProbes& needs, Argument argument);
  using OptionTest = bool (*)(const RunOptions& options, Argument argument);

  struct Row {
    constexpr Row(NeedKind its_kind, Asks its_asks, OptionTest its_test, std::string_view its_reason)
        : kind(its_kind), asks(its_asks), allowed(its_test), why_not(its_reason) {}
    constexpr Row(NeedKind its_kind, Asks its_asks, FactTest its_test, std::string_view its_reason)
        : kind(its_kind), asks(its_asks), is_met(its_test), why_not(its_reason) {}
    NeedKind kind;
    Asks asks;
    OptionTest allowed = nullptr;  // one of the two is there
    FactTest is_met = nullptr;
    std::string_view why_not;  // one sentence; {} stands for the argument
  };

  static std::string reason(const Row& row, Argument argument);
  static bool declares(NeedProbes& needs, Argument path);
  static bool issues_id(NeedProbes& needs) { return !needs.shared_->transport->session_id().empty(); }
  static bool keeps_sessions(NeedProbes& needs, Argument) {
    const bool lasts = issues_id(needs) || needs.shared_->transport->kind() != TransportKind::streamable_http;
    return lasts && !needs.shared_->session->is_stateless();
  }

  static const Row& row(NeedKind kind);
};

// Whether the server declares what the path leads to.
bool NeedProbes::Needs::declares(NeedProbes& needs, Argument path) {
  const nlohmann::json* at = member(needs.shared_->opening().result, "capabilities");
  std::string rest = path;
  while (at != nullptr && !rest.empty()) {
    // A key may hold dots itself: io.modelcontextprotocol/ui.
    std::size_t end = rest.size();
    while (member(*at, rest.substr(0, end)) == nullptr && end != std::string::npos && end > 0)
      end = rest.find_last_of('.', end - 1);
    at = member(*at, rest.substr(0, end));
    rest = end >= rest.size() ? "" : rest.substr(end + 1);
  }
  return at != nullptr && !at->is_null() && !(at->is_boolean() && !at->get<bool>());
}

const NeedProbes::Needs::Row& NeedProbes::Needs::row(NeedKind kind) {
  static constexpr std::array kRows = {
      Row{NeedKind::session_id, Asks::http_session, [](NeedProbes& needs, Argument) { return issues_id(needs); },
          "the server issues no session id"},
      Row{NeedKind::no_session_id, Asks::http_session, [](NeedProbes& needs, Argument) { return !issues_id(needs); },
          "the server issues session ids"},
      Row{NeedKind::get_stream, Asks::session, [](NeedProbes& needs, Argument) { return needs.get_stream(); },
          "the server offers no GET stream"},
      Row{NeedKind::post_sse, Asks::http_session,
          [](NeedProbes& needs, Argument) { return needs.any_reply(is_post_stream); },
          "no POST was answered with an event stream"},
      Row{NeedKind::event_ids, Asks::session, [](NeedProbes& needs, Argument) { return needs.any_reply(has_event_id); },
          "the server puts no ids on events"},
      Row{NeedKind::resource, Asks::user,
          [](const RunOptions& options, Argument) { return !options.resources.empty(); },
          "no resource may be read (--resource URI, or --resources safe)"},
      Row{NeedKind::prompt, Asks::user, [](const RunOptions& options, Argument) { return !options.prompts.empty(); },
          "no prompt may be fetched (--prompt NAME, or --prompts safe)"},
      Row{NeedKind::stateful, Asks::session, keeps_sessions, "the server keeps no sessions"},
      Row{NeedKind::local, Asks::target,
          [](const RunOptions& options, Argument) { return is_loopback(options.target.url); },
          "only for a server on this machine"},
      Row{NeedKind::delete_accepted, Asks::http_session,
          [](NeedProbes& needs, Argument) { return needs.delete_accepted(); }, "the server does not accept DELETE"},
      Row{NeedKind::slow, Asks::user, [](const RunOptions& options, Argument) { return options.slow; },
          "waits for the idle window; run with --slow"},
      Row{NeedKind::header_rules, Asks::http_session,
          [](NeedProbes& needs, Argument) { return needs.shared_->opening().revision >= "2025-06-18"; },
          "the MCP-Protocol-Version header has rules from 2025-06-18 on"},
      Row{NeedKind::stateless_only, Asks::session, [](NeedProbes& needs, Argument) { return needs.stateless_only(); },
          "only for servers without a handshake"},
      Row{NeedKind::bearer, Asks::target,
          [](const RunOptions& options, Argument) {
            return find_header(options.target.headers, "authorization").has_value();
          },
          "no token was given (--bearer @env:TOKEN)"},
      Row{NeedKind::other_identity, Asks::target,
          [](const RunOptions& options, Argument) { return !options.target.other_bearer.empty(); },
          "no second identity was given (--other-bearer @env:TOKEN)"},
      Row{NeedKind::capability, Asks::session, declares, "the server does not declare {}"},
      Row{NeedKind::role, Asks::user,
          [](const RunOptions& options, Argument role) { return options.roles.count(role) != 0; },
          "no tool is assigned to the role {} (--tool {}=NAME)"},
  };
  static_assert(kRows.size() == kNeedWords.size(), "every need has its row");
  static_assert(std::equal(kRows.begin(), kRows.end(), kNeedWords.begin(),
                           [](const Row& row, const NeedWord& word) { return row.kind == word.kind; }),
                "rows are in the order of the needs");
  return kRows[static_cast<std::size_t>(kind)];
}

std::string NeedProbes::Needs::reason(const Row& row, Argument argument) {
  std::string why(row.why_not);
  for (std::size_t at = 0; (at = why.find("{}", at)) != std::string::npos; at += argument.size())
    why.replace(at, 2, argument);
  return why;
}

std::string NeedProbes::not_allowed(const Need& need, const RunOptions& options) {
  const Needs::Row& row = Needs::row(need.kind);
  const bool refused = row.asks == Needs::Asks::user && !row.allowed(options, need.argument);
  return refused ? Needs::reason(row, need.argument) : "";
}

std::string NeedProbes::unmet_need(const Need& need) {
  const Needs::Row& row = Needs::row(need.kind);
  if (row.allowed != nullptr) return row.allowed(options_, need.argument) ? "" : Needs::reason(row, need.argument);
  const OpenSession* session = shared();
  if (session == nullptr) return "no session could be opened";
  const bool http = session->transport->kind() == TransportKind::streamable_http;
  if (row.asks == Needs::Asks::http_session && !http) return "only for Streamable HTTP";
  if (row.is_met(*this, need.argument)) return "";
  const auto doubt = doubts_.find(need.kind);
  return doubt != doubts_.end() ? doubt->second : Needs::reason(row, need.argument);
}

void NeedProbes::find_out(const std::vector<const Check*>& checks) {
  const auto are_needed = [&](NeedKind kind) {
    return std::any_of(checks.begin(), checks.end(), [&](const Check* check) {
      return std::find(check->needs.begin(), check->needs.end(), Need{kind}) != check->needs.end();
    });
  };
  if (shared() == nullptr) return;
  std::vector<std::function<void()>> probes;
  for (const NeedKind kind : {NeedKind::get_stream, NeedKind::delete_accepted, NeedKind::stateless_only})
    if (are_needed(kind)) probes.emplace_back([this, kind] { unmet_need(Need{kind}); });
  if (std::any_of(checks.begin(), checks.end(), [](const Check* check) { return hangs_on_probe(check->steps); }))
    probes.emplace_back([this] { probe_refused(); });
  side_by_side(http_.loop(), probes, probes.size());
}

std::string NeedProbes::unmet(const Check& check) {
  for (const Need& need : check.needs)
    if (std::string why = unmet_need(need); !why.empty()) return why;
  return hangs_on_probe(check.steps) ? probe_refused() : "";
}

}  // namespace mcplumb
