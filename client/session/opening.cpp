// How a session begins: with initialize, with server/discover, or with the one after the other where the era is
// unknown.
#include <algorithm>

#include "client/jsonrpc/message.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/session/session.hpp"
#include "client/text/wording.hpp"
#include "client/transport/missing_reply.hpp"

namespace mcplumb {
namespace {

constexpr int kPartForEra = 4;  // of the time for the whole opening
constexpr int kUnsupportedVersion = -32022;

// basic/transports#session-management: 404 for a session that ended, 400 where the id is missed.
bool is_unknown_session(int status) { return status == 400 || status == 404; }

const nlohmann::json* listed_revisions(const nlohmann::json& response) {
  const nlohmann::json* problem = member(response, "error");
  const nlohmann::json* data = problem != nullptr ? member(*problem, "data") : nullptr;
  const nlohmann::json* listed = data != nullptr ? member(*data, "supported") : nullptr;
  return listed != nullptr && listed->is_array() ? listed : nullptr;
}

// The newest revision we speak among those an "unsupported protocol version" error lists.
std::string listed_revision(const nlohmann::json& response, std::string_view proposed) {
  const nlohmann::json* listed = listed_revisions(response);
  if (listed == nullptr) return "";
  const auto known = handshake_revisions();
  for (auto revision = known.rbegin(); revision != known.rend(); ++revision)
    if (*revision != proposed && std::find(listed->begin(), listed->end(), *revision) != listed->end())
      return std::string(*revision);
  return "";
}

bool has_error(const nlohmann::json& response, int code) {
  const nlohmann::json* found = error_code(response);
  return found != nullptr && *found == code;
}

// The revision was refused, but 2026-07-28 is listed: such a request is sent once more
// (2026-07-28, basic/versioning#protocol-version-negotiation).
bool asks_for_stateless_revision(const nlohmann::json& response) {
  if (!has_error(response, kUnsupportedVersion)) return false;
  const nlohmann::json* listed = listed_revisions(response);
  return listed != nullptr && std::find(listed->begin(), listed->end(), kStatelessRevision) != listed->end();
}

}  // namespace

const Opening& Session::open(const RequestOptions& options, bool stay_before_initialized) {
  opening_.problem = transport_.open(options);
  if (!opening_.problem.empty()) {
    opening_.answer.exchange = transport_.channel().value_or(0);
    opening_.answer.problem = opening_.problem;
    return opening_;
  }
  RequestOptions first = options;
  first.cancel_at_deadline = false;  // initialize must not be cancelled (utilities/cancellation)
  if (options_.era == Era::unknown && options_.at_once && has_http(transport_.kind()) && !transport_.channel()) {
    find_era_at_once(first, stay_before_initialized);
  } else if (options_.era == Era::unknown) {
    find_era(first, stay_before_initialized);
  } else if (is_stateless()) {
    speak(Era::stateless, options_.revision);
    opening_.answer = request("server/discover", nullptr, first);
    if (options_.retry_supported_version && asks_for_stateless_revision(response(opening_.answer))) {
      speak(Era::stateless, std::string(kStatelessRevision));
      opening_.answer = request("server/discover", nullptr, first);
    }
    finish_discovery(first, false);
  } else {
    shake_hands(first, stay_before_initialized, std::nullopt);
  }
  return opening_;
}

// What is sent from now on is of this era. A handshake agrees on the revision later.
void Session::speak(Era era, std::string revision) {
  options_.era = era;
  options_.revision = std::move(revision);
  transport_.agree_on(era == Era::stateless ? options_.revision : "");
}

nlohmann::json Session::envelope() const {
  if (!is_stateless()) return nullptr;
  return make_envelope(options_.revision, options_.capabilities, options_.client_info);
}

Discovery Session::discovery(const Answer& answer) const {
  return read_discovery(response(answer), trace_.exchanges[answer.exchange].status());
}

void Session::find_era(RequestOptions options, bool stay_before_initialized) {
  const Micros begun = loop_.now();
  const std::string proposed = options_.revision;
  speak(Era::stateless, std::string(kStatelessRevision));
  options.id = "discover";  // the handshake, if there is one, counts from 1 as ever
  Ticket asked = start("server/discover", nullptr, options);
  Micros patience = options_.era_patience;
  if (options.deadline != kNever) patience = std::min(patience, (options.deadline - begun) / kPartForEra);
  loop_.run_until([&] { return answer(asked).done(); }, begun + patience);
  options.id = nullptr;
  if (asks_for_stateless_revision(response(answer(asked)))) {
    asked = start("server/discover", nullptr, options);
    loop_.run_until([&] { return answer(asked).done(); }, begun + 2 * patience);
  }
  Discovery found = discovery(answer(asked));
  const bool forgotten = found.era == Era::unknown && answers_statelessly(options);
  if (found.era == Era::stateless || forgotten) {
    opening_.answer = answer(asked);
    opening_.problem = found.problem;
    return finish_discovery(options, forgotten);
  }
  speak(Era::stateful, found.revision.empty() ? proposed : found.revision);
  make_up_for_look(options, begun);
  opening_.heard_both = transport_.channel() && !answer(asked).done();
  shake_hands(options, stay_before_initialized, asked);
}

// The look at the era, begun then, takes nothing from the handshake's time.
void Session::make_up_for_look(RequestOptions& options, Micros begun) const {
  if (options.deadline != kNever) options.deadline += loop_.now() - begun;
}

Session::Ticket Session::start_initialize(const RequestOptions& options) {
  return start("initialize", initialize_params(options_.revision, options_.capabilities, options_.client_info),
               options);
}

// As find_era, but nothing is waited for that need not be. A server that answers on one connection only has not even
// read initialize when it has answered server/discover: then it is sent again there.
void Session::find_era_at_once(RequestOptions options, bool stay_before_initialized) {
  const Micros begun = loop_.now();
  const std::string proposed = options_.revision;
  speak(Era::stateless, std::string(kStatelessRevision));
  options.id = "discover";
  Ticket asked = start("server/discover", nullptr, options);
  options.id = nullptr;
  speak(Era::stateful, proposed);
  const Ticket initialize = start_initialize(options);
  Micros patience = options_.era_patience;
  if (options.deadline != kNever) patience = std::min(patience, (options.deadline - begun) / kPartForEra);
  loop_.run_until([&] { return answer(asked).done() && answer(initialize).done(); }, begun + patience);
  const bool agreed = member(response(answer(initialize)), "result") != nullptr;
  const bool once_more = asks_for_stateless_revision(response(answer(asked)));
  if (once_more) {
    give_back(initialize, options);
    asked = start("server/discover", nullptr, options);
    loop_.run_until([&] { return answer(asked).done(); }, begun + 2 * patience);
  }
  const Discovery found = discovery(answer(asked));
  if (found.era == Era::unknown && !agreed) speak(Era::stateless, std::string(kStatelessRevision));
  const bool forgotten = found.era == Era::unknown && !agreed && answers_statelessly(options);
  if (found.era == Era::stateless || forgotten) {
    if (!once_more) give_back(initialize, options);
    opening_.answer = answer(asked);
    opening_.problem = found.problem;
    return finish_discovery(options, forgotten);
  }
  speak(Era::stateful, found.revision.empty() ? proposed : found.revision);
  make_up_for_look(options, begun);
  const bool unread = answer(asked).done() && !answer(initialize).done();
  if (unread) drop(initialize);
  const bool anew = unread || once_more;
  shake_hands(options, stay_before_initialized, asked, anew ? std::nullopt : std::optional(initialize));
}

// The server is of the stateless era, and what was begun beside it is ended. Whoever asks for it can tell from the
// answer whether the server offers a handshake, too.
void Session::give_back(Ticket initialize, const RequestOptions& options) {
  opening_.beside = answer(initialize);
  drop(initialize);
  SendOptions end;
  end.purpose = options.purpose;
  end.deadline = options.deadline;
  if (const auto exchange = transport_.end_session(end)) set_aside(*exchange);
  speak(Era::stateless, std::string(kStatelessRevision));
}

// With `discover`, a request that may still be answered: an answer of the stateless era decides against the handshake.
// `begun`: initialize that was sent already.
void Session::shake_hands(const RequestOptions& options, bool stay_before_initialized, std::optional<Ticket> discover,
                          std::optional<Ticket> begun) {
  const auto discovered = [&] { return discover && discovery(answer(*discover)).era == Era::stateless; };
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Ticket ticket = begun ? *begun : start_initialize(options);
    begun.reset();
    loop_.run_until([&] { return answer(ticket).done() || discovered(); }, kNever);
    if (discover && refuses(ticket)) loop_.run_until([&] { return answer(*discover).done(); }, options.deadline);
    if (discovered()) {
      drop(ticket);
      speak(Era::stateless, std::string(kStatelessRevision));
      opening_.answer = answer(*discover);
      return finish_discovery(options, false);
    }
    if (!answer(ticket).done()) cancel(ticket, loop_.why_stopped());
    opening_.answer = answer(ticket);
    const std::string other = listed_revision(response(opening_.answer), options_.revision);
    if (other.empty() || !options_.retry_supported_version) break;
    options_.revision = other;
  }
  if (discover) {
    drop(*discover);
    opening_.discovered = answer(*discover);
  }
  finish_handshake();
  if (opening_.problem.empty() && !stay_before_initialized) confirm(options);
}

// The request was answered, but not with a result.
bool Session::refuses(Ticket ticket) const {
  const Answer& refused = answer(ticket);
  return refused.done() && !trace_.exchanges[ticket].failure && member(response(refused), "result") == nullptr;
}

// It was for a server of the other era: no rule speaks of its answer, and none is waited for any more.
void Session::drop(Ticket ticket) {
  set_aside(ticket);
  fail(last_round(ticket), "there was no answer when the era of the server was known");
  transport_.close_stream(ticket);
}

void Session::set_aside(std::size_t exchange) {
  trace_.exchanges[exchange].deliberate = true;
  trace_.exchanges[exchange].revision.clear();
}

// What a server says about itself is looked at, and shown, in many places.
bool Session::opens_with(const nlohmann::json& outcome) {
  constexpr std::size_t kMost = 1 * 1024 * 1024;
  if (kept_response(opening_.answer).bytes_of_copy() > kMost) {
    opening_.problem =
        "what the server says about itself takes " + more_than_own_limit(whole_size(kMost) + " of memory");
    return false;
  }
  opening_.result = kept_response(opening_.answer).part(outcome);
  return true;
}

// Decides what the reply to initialize means.
void Session::finish_handshake() {
  const Answer& answer = opening_.answer;
  if (!answer.received) {
    opening_.problem = answer.problem;
    return;
  }
  const nlohmann::json& message = response(answer);
  if (const nlohmann::json* problem = member(message, "error")) {
    const std::string layer = reply_origin(trace_.exchanges[answer.exchange]).sentence;
    opening_.problem = (layer.empty() ? "" : layer + ": ") + "initialize was answered with the error " +
                       shortened(serialize(*problem), 200);
    return;
  }
  const nlohmann::json* outcome = member(message, "result");
  if (outcome == nullptr || !outcome->is_object()) {
    opening_.problem = "initialize was answered without a result object";
    return;
  }
  if (!opens_with(*outcome)) return;
  opening_.revision = std::string(string_member(*outcome, "protocolVersion"));
  const auto known = handshake_revisions();
  if (std::find(known.begin(), known.end(), opening_.revision) == known.end()) {
    // Clients disconnect from a version they do not speak (lifecycle#version-negotiation).
    opening_.problem = opening_.revision.empty()
                           ? "the initialize result names no protocolVersion"
                           : "the server chose protocol version \"" + shortened(opening_.revision, 60) +
                                 "\", which is not a published handshake revision";
    return;
  }
  transport_.agree_on(opening_.revision);
}

// Decides what the reply to server/discover means. A result of any kind will do: the checks judge it.
void Session::finish_discovery(const RequestOptions& options, bool looked_further) {
  if (!opening_.problem.empty()) return;
  const nlohmann::json& message = response(opening_.answer);
  const nlohmann::json* outcome = member(message, "result");
  if (!opening_.answer.received) {
    opening_.problem = opening_.answer.problem;
  } else if (outcome != nullptr && outcome->is_object()) {
    opens_with(*outcome);
  } else if (looked_further || (member(message, "error") != nullptr && answers_statelessly(options))) {
    // Discovery is mandatory, but all else can be tested without.
  } else if (const nlohmann::json* problem = member(message, "error")) {
    opening_.problem = "server/discover was answered with the error " + shortened(serialize(*problem), 200);
  } else {
    opening_.problem = "server/discover was answered without a result object";
  }
  if (opening_.problem.empty()) opening_.revision = options_.revision;
}

// Harmless requests that every server knows or refuses: does it answer them as only the stateless era does?
bool Session::answers_statelessly(const RequestOptions& options) {
  const std::size_t first = trace_.exchanges.size();
  std::optional<bool> verdict;
  const auto ask = [&](const char* method, const RequestOptions& how) {
    const Answer answer = request(method, nullptr, how);
    return std::pair(response(answer), trace_.exchanges[answer.exchange].status());
  };
  for (const char* method : {"tools/list", "prompts/list", "resources/list"}) {
    if (verdict || loop_.stopped()) break;
    const auto [message, status] = ask(method, options);
    verdict = is_stateless_answer(message, status);
  }
  if (!verdict && !loop_.stopped()) {
    RequestOptions bare = options;
    bare.meta = "none";
    bare.deliberate = true;
    const auto [message, status] = ask("tools/list", bare);
    verdict = has_error(message, kInvalidParams) && (status == 400 || status == 0);
  }
  if (verdict.value_or(false)) return true;
  for (std::size_t number = first; number < trace_.exchanges.size(); ++number)
    if (trace_.exchanges[number].session == options_.label) set_aside(number);
  return false;
}

void Session::confirm(const SendOptions& options) {
  opening_.initialized_at = loop_.now();
  const std::size_t exchange = notify("notifications/initialized", nullptr, options);
  opening_.initialized = exchange;
  loop_.run_until([&] { return !transport_.running(exchange); }, options.deadline);
  if (transport_.running(exchange))
    transport_.give_up(exchange, FailureKind::deadline, "the notification was not acknowledged within the deadline");
  if (is_unknown_session(trace_.exchanges[exchange].status())) see_whether_known(options, exchange);
}

// The notification was refused as it is for a session that the server does not know. If a ping is refused so, too,
// there is no session, whatever the answer to initialize said.
void Session::see_whether_known(const SendOptions& options, std::size_t refused) {
  RequestOptions again;
  static_cast<SendOptions&>(again) = options;
  const Answer pinged = ping(again);
  const Exchange& exchange = trace_.exchanges[pinged.exchange];
  if (exchange.status() != trace_.exchanges[refused].status() || has_error(response(pinged), kMethodNotFound)) return;
  opening_.refused = pinged.exchange;
  opening_.problem = "initialize was answered, but the session is not known to the server: " +
                     describe_missing_reply(trace_, exchange);
}

void Session::hear_out(Micros deadline) {
  const std::size_t asked = opening_.answer.exchange;
  const std::optional<std::size_t> channel = transport_.channel();
  const std::optional<Failure>& failure = trace_.exchanges[asked].failure;
  if (opening_.problem.empty() || !channel || !failure || failure->kind != FailureKind::deadline) return;
  const auto kept_back = [&] {
    return std::find_if(trace_.received.begin(), trace_.received.end(),
                        [&](const Received& received) { return received.answers == asked; });
  };
  loop_.run_until([&] { return kept_back() != trace_.received.end() || !transport_.running(*channel); }, deadline);
  const auto found = kept_back();
  if (found == trace_.received.end()) return;
  trace_.exchanges[asked].answer = event_of(*found, trace_.exchanges[*channel]);
  opening_.problem =
      "the answer came only when the program's stdin was closed: it is not flushed, or the program reads "
      "all of its input first";
}

}  // namespace mcplumb
