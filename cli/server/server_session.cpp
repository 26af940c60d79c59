#include "cli/server/server_session.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/input/known_secrets.hpp"
#include "cli/input/run_options.hpp"
#include "cli/input/target.hpp"
#include "cli/output/terminal.hpp"
#include "cli/server/signal_guard.hpp"
#include "client/http/http_client.hpp"
#include "client/jsonrpc/message.hpp"
#include "client/process/child_process.hpp"
#include "conformance/engine/session_book.hpp"
#include "conformance/record/exit_code.hpp"
#include "conformance/record/redact.hpp"
#include "reports/exchange_text.hpp"
#include "reports/layout.hpp"

namespace mcplumb::cli {
namespace {

constexpr std::size_t kPagesMax = 1000, kNoExchange = static_cast<std::size_t>(-1);
constexpr Micros kEndingPatience = 3 * kSecond;

RunOptions run_options_of(const TargetOptions& options) {
  RunOptions run;
  run.target = target_of(options);
  run.revision = revision_of(options);
  run.deadline = parse_duration(options.deadline, "--deadline");
  return run;
}

// "elicitation/create, roots/list"
std::string wishes_in_words(const nlohmann::json& result) {
  std::string words;
  if (const nlohmann::json* wishes = member(result, "inputRequests"); wishes != nullptr && wishes->is_object())
    for (const auto& [key, wish] : wishes->items())
      words += (words.empty() ? "" : ", ") + shortened(string_member(wish, "method"), 60);
  return words.empty() ? "it does not say which" : words;
}

}  // namespace

struct ServerSession::State {
  explicit State(const TargetOptions& options)
      : run(run_options_of(options)),
        loop(clock),
        signals(loop),
        http(loop, trace, run.target.connection),
        book(http, run) {}
  RunOptions run;
  MonotonicClock clock;
  EventLoop loop;
  SignalGuard signals;
  Trace trace;
  HttpClient http;
  SessionBook book;
  OpenSession* session = nullptr;
  std::size_t shown = 0;  // messages of the trace that on_message has seen
};

ServerSession::ServerSession(const TargetOptions& options, std::string purpose)
    : state_(std::make_unique<State>(options)), purpose_(std::move(purpose)), verbose_(options.verbose) {}

ServerSession::~ServerSession() {
  state_->loop.resume();  // cleaning up goes on after Ctrl-C; a second one ends it
  state_->book.end_all(state_->loop.now() + kEndingPatience);
  state_->book.stop();
}

// Nobody is there who could be asked, so nothing is declared.
bool ServerSession::open() { return open_with(nlohmann::json::object()); }
bool ServerSession::open_like_a_run() { return open_with(run_capabilities()); }

bool ServerSession::open_with(nlohmann::json capabilities) {
  if (std::string problem = state_->book.start(); !problem.empty())
    return fail(std::move(problem), kNoExchange, kUnreachable);
  SessionBook::Wish wish;
  wish.capabilities = std::move(capabilities);
  wish.send.purpose = purpose_;
  wish.send.deadline = state_->loop.now() + state_->run.deadline;
  state_->session = &state_->book.open(wish);
  const Opening& opening = state_->session->opening();
  if (opening.problem.empty()) return true;
  const std::size_t exchange = opening.answer.exchange;
  return fail(opening.problem, exchange, code_of(exchange));
}

// As the exit code of a run whose handshake fails.
int ServerSession::code_of(std::size_t number) const {
  if (number >= state_->trace.exchanges.size()) return kUnreachable;
  const Exchange& exchange = state_->trace.exchanges[number];
  if (exchange.status() == 401 || exchange.status() == 403) return kAuthorization;
  return exchange.status() == 0 && !exchange.answer ? kUnreachable : kFailed;
}

bool ServerSession::fail(std::string problem, std::size_t exchange, int code) {
  trouble_ = std::move(problem);
  exit_ = state_->loop.stopped() ? static_cast<int>(kNothingJudged) : code;
  if (!quiet_) tell(exchange);
  return false;
}

// The sentence; with it the exchange if the server said anything, and the last lines of a program that ended.
void ServerSession::tell(std::size_t number) const {
  const int width = terminal_width(STDERR_FILENO);
  std::string text = "mcplumb: error: " + wrapped(shortened(trouble_, 1000), 2, width) + "\n";
  if (number < state_->trace.exchanges.size()) {
    const Exchange exchange = redact_exchange(state_->trace.exchanges[number], known_secrets());
    if (!exchange.blocks.empty() || verbose_)
      for (const std::string& line : exchange_lines(exchange, width - 2)) text += "  " + line + "\n";
  }
  for (const ProcessRecord& process : state_->trace.processes)
    if (const std::string lines = last_lines(process); !lines.empty() && trouble_.find(lines) == std::string::npos)
      text += "  its stderr ends: " + fitted(lines, static_cast<std::size_t>(std::max(width - 19, 20))) + "\n";
  complain(text);
}

std::optional<nlohmann::json> ServerSession::request(const std::string& method, nlohmann::json params) {
  nlohmann::json error;
  auto result = request(method, std::move(params), state_->loop.now() + state_->run.deadline, {}, &error);
  if (!result && !error.is_null()) fail_with(method, error);
  return result;
}

bool ServerSession::fail_with(const std::string& method, const nlohmann::json& error) {
  return fail(method + " was answered with the error " + shortened(serialize(error), 400), kNoExchange, kFailed);
}

std::optional<nlohmann::json> ServerSession::request(
    const std::string& method, nlohmann::json params, Micros latest,
    const std::function<void(const nlohmann::json& message)>& on_message, nlohmann::json* error) {
  EventLoop& loop = state_->loop;
  Session& session = *state_->session->session;
  Micros deadline = std::min(latest, loop.now() + state_->run.deadline);
  RequestOptions options;
  options.purpose = purpose_;
  options.deadline = latest;
  options.follow = true;
  options.on_progress = [&](const nlohmann::json&) { deadline = std::min(latest, loop.now() + state_->run.deadline); };
  const Session::Ticket ticket = session.start(method, std::move(params), options);
  const auto look = [&] {
    for (; state_->shown < state_->trace.received.size(); ++state_->shown)
      if (on_message) on_message(state_->trace.received[state_->shown].value);
    return session.answer(ticket).done();
  };
  for (Micros until = deadline; !loop.run_until(look, until) && !loop.stopped() && until < deadline;) until = deadline;
  if (!session.answer(ticket).done())
    session.cancel(ticket, loop.stopped() ? "interrupted" : "no response within the deadline");
  const Answer& answer = session.answer(ticket);
  if (!answer.received) {
    fail(method + ": " + answer.problem, ticket, code_of(ticket));
    return std::nullopt;
  }
  last_took_ = state_->trace.received[*answer.received].at - state_->trace.exchanges[ticket].request.at;
  const nlohmann::json& response = session.response(answer);
  if (const nlohmann::json* result = member(response, "result"); result != nullptr && result->is_object()) {
    if (string_member(*result, "resultType") != "input_required") return *result;
    fail(method + " was answered with a wish for input that nobody here can give: " + wishes_in_words(*result),
         answer.exchange, kFailed);
    return std::nullopt;
  }
  if (const nlohmann::json* problem = member(response, "error"))
    *error = *problem;
  else
    fail(method + " was answered without a result object", ticket, kFailed);
  exit_ = kFailed;
  return std::nullopt;
}

std::optional<std::vector<nlohmann::json>> ServerSession::pages(const std::string& method, const std::string& key,
                                                                bool may_be_unknown) {
  std::vector<nlohmann::json> all;
  nlohmann::json params, error;
  std::string problem = method + " has more than " + std::to_string(kPagesMax) + " pages";
  for (std::size_t page = 0; page < kPagesMax; ++page) {
    const auto result = request(method, params, now() + state_->run.deadline, {}, &error);
    if (!result && may_be_unknown && member(error, "code") != nullptr && error["code"] == -32601) return all;
    if (!result) {
      if (!error.is_null()) fail_with(method, error);
      return std::nullopt;
    }
    const nlohmann::json* list = member(*result, key);
    if (list == nullptr || !list->is_array()) {
      problem = method + " was answered without a list `" + key + "`";
      break;
    }
    all.insert(all.end(), list->begin(), list->end());
    const nlohmann::json* cursor = member(*result, "nextCursor");
    if (cursor == nullptr || !cursor->is_string()) return all;
    if (params.is_object() && params["cursor"] == *cursor) {
      problem = method + " goes in circles: a page names itself as the next";
      break;
    }
    params = {{"cursor", *cursor}};
  }
  fail(problem, kNoExchange, kFailed);
  return std::nullopt;
}

bool ServerSession::declares(const std::string& capability) const {
  const nlohmann::json* all = member(opening().result, "capabilities");
  return all != nullptr && member(*all, capability) != nullptr;
}

const Opening& ServerSession::opening() const { return state_->session->opening(); }
bool ServerSession::is_stateless() const { return state_->session->session->is_stateless(); }
TransportKind ServerSession::transport() const { return state_->session->transport->kind(); }

Micros ServerSession::now() const { return state_->loop.now(); }

Micros ServerSession::opening_took() const {
  const auto received = opening().answer.received;
  if (!received) return kNever;
  return state_->trace.received[*received].at - state_->trace.exchanges[opening().answer.exchange].request.at;
}

}  // namespace mcplumb::cli
