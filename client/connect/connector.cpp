#include "client/connect/connector.hpp"

#include <algorithm>

#include "client/http/headers.hpp"
#include "client/jsonrpc/reply_origin.hpp"
#include "client/transport/http_sse.hpp"
#include "client/transport/stdio.hpp"
#include "client/transport/streamable_http.hpp"

namespace mcplumb {
namespace {

constexpr Micros kEndpointPatience = 5 * kSecond;  // an older server names its endpoint at once
constexpr Micros kLastWords = 2 * kSecond;         // for what a program had kept back when its stdin is closed

// What a layer says that refuses everything says nothing about the transport. A router does: the endpoint of the older
// transport may be the only one that it knows.
bool may_speak_of_transport(const Exchange& exchange) {
  const ReplyOrigin origin = reply_origin(exchange);
  return !origin.is_foreign() || origin.who == Replier::router;
}

}  // namespace

Connector::Connector(HttpClient& http, const Target& target)
    : http_(http), target_(target), transport_(target.is_stdio() ? TransportKind::stdio : target.transport) {}

std::string Connector::start() {
  if (target_.serve.empty() || served_) return "";
  served_ = std::make_unique<ServedProgram>(http_.loop(), http_.trace(), target_);
  return served_->start();
}

void Connector::stop() {
  if (served_) served_->stop();
}

Headers Connector::headers(const Authorization& authorization) const {
  Headers all = target_.headers;
  if (authorization) remove_header(all, "Authorization");
  if (authorization && !authorization->empty()) all.push_back({"Authorization", *authorization});
  return all;
}

std::unique_ptr<Transport> Connector::make(const std::string& label) {
  return make(transport_.value_or(TransportKind::streamable_http), label, std::nullopt);
}

std::unique_ptr<Transport> Connector::make(TransportKind transport, const std::string& label,
                                           const Authorization& authorization) {
  switch (transport) {
    case TransportKind::stdio: {
      StdioOptions options;
      options.label = label;
      options.command = target_.command;
      options.environment = target_.environment;
      options.directory = target_.directory;
      options.line_max = target_.connection.message_max;
      return std::make_unique<Stdio>(http_.loop(), http_.trace(), std::move(options));
    }
    case TransportKind::http_sse:
      return std::make_unique<HttpSse>(
          http_, HttpSseOptions{target_.url, headers(authorization), label, target_.connection.message_max});
    case TransportKind::streamable_http:
      break;
  }
  StreamableHttpOptions options;
  options.url = target_.url;
  options.headers = headers(authorization);
  options.label = label;
  options.tools = &tools_;
  options.message_max = target_.connection.message_max;
  return std::make_unique<StreamableHttp>(http_, std::move(options));
}

Link Connector::attempt(TransportKind transport, const SessionOptions& session, const RequestOptions& request,
                        const ConnectOptions& how) {
  Link made;
  made.transport = make(transport, session.label, how.authorization);
  made.session = std::make_unique<Session>(http_.loop(), http_.trace(), *made.transport, session);
  made.session->open(request, how.stay_before_initialized);
  if (!made.session->opening().problem.empty()) made.transport->end_session(request);
  if (transport == TransportKind::stdio) made.session->hear_out(http_.loop().now() + kLastWords);
  return made;
}

Connected Connector::connect(SessionOptions session, RequestOptions request, const ConnectOptions& how) {
  Connected connected;
  connected.problem = start();
  if (!connected.problem.empty()) return connected;
  if (target_.is_stdio() && request.deadline != kNever && !silent_)  // a program must start first
    request.deadline = std::max(request.deadline, http_.loop().now() + target_.start_deadline);
  const TransportKind first = transport_.value_or(TransportKind::streamable_http);
  const bool told = session.era != Era::unknown;
  settle_era(session, first);
  const Micros asked = http_.loop().now();
  connected.attempts.push_back(attempt(first, session, request, how));
  note_silence(connected.attempts.front());
  if (session.era == Era::unknown && is_spoiled(connected.attempts.front())) {
    session.era = connected.attempts.front().session->options().era;
    if (session.era == Era::stateless) session.revision = kStatelessRevision;
    session.label += "-again";
    if (request.deadline != kNever) request.deadline += http_.loop().now() - asked;
    connected.attempts.push_back(attempt(first, session, request, how));
    connected.shown = 1;
  }
  if (connected.open()) {
    transport_ = first;
    // A server of both eras may be asked for the other one in between.
    if (!told || era_ == Era::unknown) era_ = connected.result().session->options().era;
    return connected;
  }
  if (transport_ || !may_be_older(connected.attempts.front())) return connected;
  session.era = Era::stateful;
  session.label += "-sse";
  if (request.deadline != kNever) request.deadline = std::max(request.deadline, http_.loop().now() + kEndpointPatience);
  connected.attempts.push_back(attempt(TransportKind::http_sse, session, request, how));
  // A server that names its endpoint speaks HTTP+SSE; what goes wrong then is its failure.
  if (!connected.attempts.back().transport->announced()) return connected;
  connected.shown = 1;
  transport_ = TransportKind::http_sse;
  era_ = Era::stateful;
  return connected;
}

// HTTP+SSE is older than the stateless era.
void Connector::settle_era(SessionOptions& session, TransportKind transport) const {
  if (session.era != Era::unknown) return;
  session.era = transport == TransportKind::http_sse ? Era::stateful : era_;
  if (session.era == Era::stateless) session.revision = kStatelessRevision;
}

// What was sent to find out the era is for a server of one era only. A program that heard the handshake of one and the
// first request of the other may be of either from then on, so no rule speaks of what it says.
bool Connector::is_spoiled(const Link& first) {
  const Opening& opening = first.session->opening();
  if (!opening.heard_both || !opening.answer.received) return may_have_stumbled(first);
  if (http_.loop().stopped()) return false;
  first.transport->end_session({});
  for (Exchange& exchange : http_.trace().exchanges)
    if (exchange.session == first.session->options().label) exchange.deliberate = true;
  return true;
}

// A program that never said anything: another one of it is not given the time of a first start again.
void Connector::note_silence(const Link& failed) {
  const auto channel = failed.transport->channel();
  const Exchange& asked = http_.trace().exchanges[failed.session->opening().answer.exchange];
  silent_ = target_.is_stdio() && channel && asked.failure && asked.failure->kind == FailureKind::deadline &&
            http_.trace().exchanges[*channel].events_seen == 0;
}

// A program whose handshake failed behind a server/discover. One that never said anything to either will not do so now.
bool Connector::may_have_stumbled(const Link& refused) const {
  const Opening& opening = refused.session->opening();
  if (opening.problem.empty() || !opening.discovered || has_http(refused.transport->kind())) return false;
  const Exchange& initialize = http_.trace().exchanges[opening.answer.exchange];
  const bool silent = initialize.failure && initialize.failure->kind == FailureKind::deadline;
  return !http_.loop().stopped() && (!silent || opening.discovered->received);
}

bool Connector::may_be_older(const Link& refused) const {
  const Exchange& exchange = http_.trace().exchanges[refused.session->opening().answer.exchange];
  if (!exchange.events.empty() && exchange.events.front().type == "endpoint") return !http_.loop().stopped();
  return !http_.loop().stopped() && !exchange.failure && exchange.status() / 100 == 4 &&
         may_speak_of_transport(exchange);
}

}  // namespace mcplumb
