#include "conformance/exercise/tool_caller.hpp"

#include <algorithm>
#include <memory>

#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "conformance/engine/repeated_arguments.hpp"
#include "conformance/engine/surface_reader.hpp"
#include "conformance/exercise/value_parts.hpp"

namespace mcplumb {
namespace {

using nlohmann::json;

constexpr int kOpenings = 12;  // of the session that calls are made in
constexpr Micros kLostAtMost = 40 * kSecond, kLittlePatience = 2 * kSecond;
constexpr Micros kPatienceFactor = 3;         // the longest wait, in patiences, where there is progress
constexpr std::size_t kLarge = 32 * 1024;     // in memory, of the arguments of one call
constexpr std::size_t kArriving = 64 * 1024;  // bytes that are no keep-alive: something large is on its way

json call_params(const json& tool, const json& arguments) {
  return {{"name", string_member(tool, "name")}, {"arguments", arguments}};
}

// Looks at what carries the answer to a request.
class Arriving {
 public:
  Arriving(const Trace& trace, std::size_t exchange) : trace_(trace), exchange_(exchange), seen_(bytes()) {}
  // Whether something large came since it was made, or since it was asked the last time.
  bool more() {
    const std::size_t before = seen_;
    seen_ = bytes();
    return seen_ >= before + kArriving;
  }

 private:
  std::size_t bytes() const {
    const Exchange& exchange = trace_.exchanges[exchange_];
    return trace_.exchanges[exchange.channel.value_or(exchange_)].body_size;
  }
  const Trace& trace_;
  std::size_t exchange_, seen_;
};

}  // namespace

OpenSession* ToolCaller::session() {
  if (loop().stopped()) {
    why_none_ = loop().why_stopped();
    return nullptr;
  }
  if (closed_) return nullptr;
  if (session_ != nullptr && session_->usable()) return session_;
  if (opened_++ >= kOpenings) {
    why_none_ = "its session was lost " + std::to_string(kOpenings) + " times";
    return nullptr;
  }
  OpenOptions open;
  open.capabilities = all_capabilities();
  open.capabilities.erase("roots");  // who asks for them waits for ever where nobody listens on a GET stream
  open.send.purpose = kExercisePurpose;
  open.send.deadline = loop().now() + options_.deadline;
  session_ = &sessions_.open(open);
  if (session_->usable()) return session_;
  why_none_ = "no session can be opened any more: " + session_->opening().problem;
  return nullptr;
}

RequestOptions ToolCaller::request_options(bool deliberate) {
  RequestOptions request;
  request.purpose = kExercisePurpose;
  request.deliberate = deliberate;
  request.repeatable = true;  // the tool may be called many times
  request.meta = {{"progressToken", "exercise-" + std::to_string(++calls_)}};
  return request;
}

ToolCaller::Barrier ToolCaller::barrier(const Exchange& exchange) {
  const ReplyOrigin origin = reply_origin(exchange);
  const bool limited = origin.who == Replier::rate_limit;
  if (!limited && origin.who != Replier::authorization && origin.who != Replier::sign_in) return Barrier::none;
  if (limited && wait_(exchange)) return Barrier::waited;
  closed_ = true;
  why_none_ = origin.sentence + " (HTTP " + std::to_string(exchange.status()) + ")";
  return Barrier::closed;
}

std::optional<CallLook> ToolCaller::call(const json& tool, const MadeArguments& arguments, Micros patience) {
  while (true) {
    std::optional<CallLook> look = call_once(tool, arguments, patience);
    if (!look) return look;
    const Barrier met = barrier(http_.trace().exchanges[look->exchange]);
    if (met == Barrier::none) return look;
    if (met == Barrier::closed) return std::nullopt;
  }
}

std::optional<CallLook> ToolCaller::call_once(const json& tool, const MadeArguments& arguments, Micros patience) {
  OpenSession* own = session();
  if (own == nullptr) return std::nullopt;
  if (waited_in_vain_ > kLostAtMost) patience = std::min(patience, kLittlePatience);
  const std::size_t heard = http_.trace().received.size();
  const Micros begun = loop().now();
  const auto last_sign = std::make_shared<Micros>(begun);
  const auto progress = std::make_shared<SeenProgress>();
  RequestOptions request = request_options(!arguments.fits);
  request.deadline = begun + kPatienceFactor * patience + kSecond;  // of the wait below, should that not end
  request.on_progress = [last_sign, progress, &loop = loop()](const json& params) {
    *last_sign = loop.now();
    progress->take(params);
  };
  Session& session = *own->session;
  const Session::Ticket ticket = session.start("tools/call", call_params(tool, arguments.value), std::move(request));
  const auto done = [&] { return session.answer(ticket).done(); };
  const auto limit = [&] { return std::min(*last_sign + patience, begun + kPatienceFactor * patience); };
  Arriving arriving(http_.trace(), ticket);
  for (Micros until = limit(); !loop().run_until(done, until) && !loop().stopped(); until = limit()) {
    if (arriving.more()) *last_sign = loop().now();
    if (limit() <= until) break;
  }
  const bool given_up = !done();
  if (given_up && loop().stopped()) {  // it may have been answered in time
    why_none_ = loop().why_stopped();
    session.cancel(ticket, "the run has ended");
    return std::nullopt;
  }
  if (given_up) {
    waited_in_vain_ += loop().now() - begun;
    session.cancel(ticket, "it takes too long");
  }
  const CallInput input{
      http_.trace(), session.answer(ticket), tool, arguments, *progress, session.opening().revision, [&loop = loop()] {
        return loop.stopped();
      }};
  CallLook look = look_at_call(input);
  look.given_up = given_up;
  if (!look.own_limit.empty()) leave_at_limit(*own);
  const ToolRole itself{std::string(string_member(tool, "name")), arguments.value};
  if (look.answered && !look.refused && !repeated_arguments(http_.trace(), itself).empty())
    look.roles.emplace_back("header-params");
  for (std::string& role : roles_of_messages(http_.trace(), heard, own->label)) look.roles.push_back(std::move(role));
  forget_large_arguments(ticket);
  return look;
}

std::vector<std::string> ToolCaller::call_together(const json& tool, const std::vector<json>& arguments) {
  OpenSession* own = session();
  if (own == nullptr) return {};
  std::vector<Session::Ticket> tickets;
  for (const json& each : arguments) {
    RequestOptions request = request_options(false);
    request.deadline = loop().now() + options_.deadline;
    tickets.push_back(own->session->start("tools/call", call_params(tool, each), std::move(request)));
  }
  loop().run_until(
      [&] {
        return std::all_of(tickets.begin(), tickets.end(),
                           [&](Session::Ticket ticket) { return own->session->answer(ticket).done(); });
      },
      loop().now() + options_.deadline + kSecond);
  std::vector<std::string> results;
  for (const Session::Ticket ticket : tickets) {
    const json& result = part_at(own->session->response(own->session->answer(ticket)), {"result"});
    results.push_back(result.is_null() ? "" : digest_of(result));
    forget_large_arguments(ticket);
  }
  return results;
}

bool ToolCaller::may_keep(const json& arguments) { return kept_.take(memory_of(arguments, kArgumentsKept)); }

void ToolCaller::forget_large_arguments(std::size_t exchange) {
  json& message = http_.trace().exchanges[exchange].message;
  if (const json& arguments = part_at(message, {"params", "arguments"}); memory_of(arguments, kLarge) >= kLarge)
    message["params"].erase("arguments");
}

// On a channel nothing more comes that could be told from the rest of what was too much.
void ToolCaller::leave_at_limit(OpenSession& session) {
  if (has_channel(session.transport->kind())) session.ended = true;
}

bool ToolCaller::alive(OpenSession& session) {
  if (!session.usable()) return false;
  Answer answer;
  Barrier met = Barrier::waited;
  while (met == Barrier::waited) {
    answer = needs_.ping(session, kExercisePurpose);
    met = barrier(http_.trace().exchanges[answer.exchange]);
  }
  if (met == Barrier::closed || http_.trace().exchanges[answer.exchange].is_at_own_limit())
    return true;  // nothing is known
  return answer.received && http_.trace().exchanges[answer.exchange].status() < 300;
}

bool ToolCaller::own_alive() {
  if (session_ == nullptr || session_->ended || loop().stopped()) return true;
  const std::optional<std::size_t> channel = session_->transport->channel();
  std::optional<Arriving> arriving;
  if (channel) arriving.emplace(http_.trace(), *channel);
  const bool well = alive(*session_);
  if (!well) session_->ended = true;
  // On a channel nothing can be said while something large is.
  return well || loop().stopped() || (arriving && arriving->more());
}

std::optional<bool> ToolCaller::other_alive() {
  OpenSession* own = session();
  if (own == nullptr || own->session->is_stateless() || !has_http(own->transport->kind())) return std::nullopt;
  OpenSession* other = needs_.shared();
  if (other == nullptr && last_is_at_limit()) return std::nullopt;
  if (other == nullptr) return false;
  const bool well = alive(*other) || loop().stopped();
  if (!well) other->ended = true;
  return well;
}

Surface ToolCaller::lists() {
  OpenSession* own = session();
  return own == nullptr ? Surface{} : read_surface(*own->session, http_, {kExercisePurpose, options_.deadline}, 1);
}

bool ToolCaller::last_is_at_limit() const {
  const auto& all = http_.trace().exchanges;
  return !all.empty() && all.back().is_at_own_limit();
}

std::optional<std::size_t> ToolCaller::last_exchange() const {
  const auto& all = http_.trace().exchanges;
  return all.empty() ? std::nullopt : std::optional(all.back().number);
}

long ToolCaller::program() const {
  const auto& all = http_.trace().processes;
  if (session_ == nullptr) return 0;
  const auto of_session = std::find_if(all.begin(), all.end(), [&](const ProcessRecord& each) {
    return each.session.empty() ? each.ended == kNever : each.session == session_->label;
  });
  return of_session == all.end() || of_session->ended != kNever ? 0 : of_session->pid;
}

}  // namespace mcplumb
