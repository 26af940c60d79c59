#include "client/connect/connector.hpp"

#include <algorithm>

#include "client/jsonrpc/reply_origin.hpp"
#include "client/transport/http_sse.hpp"
#include "client/transport/stdio.hpp"
#include "client/transport/streamable_http.hpp"

namespace mcplumb {
namespace {

constexpr Micros kEndpointPatience = 5 * kSecond;  // an older server names its endpoint at once

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

std::unique_ptr<Transport> Connector::make(const std::string& label) {
  return make(transport_.value_or(TransportKind::streamable_http), label);
}

std::unique_ptr<Transport> Connector::make(TransportKind transport, const std::string& label) {
  switch (transport) {
    case TransportKind::stdio: {
      StdioOptions options;
      options.label = label;
      options.command = target_.command;
      options.environment = target_.environment;
      options.directory = target_.directory;
      return std::make_unique<Stdio>(http_.loop(), http_.trace(), std::move(options));
    }
    case TransportKind::http_sse:
      return std::make_unique<HttpSse>(http_, HttpSseOptions{target_.url, target_.headers, label});
    case TransportKind::streamable_http:
      break;
  }
  StreamableHttpOptions options;
  options.url = target_.url;
  options.headers = target_.headers;
  options.label = label;
  options.tools = &tools_;
  return std::make_unique<StreamableHttp>(http_, std::move(options));
}

Link Connector::attempt(TransportKind transport, const SessionOptions& session, const RequestOptions& request,
                        bool stay_before_initialized) {
  Link made;
  made.transport = make(transport, session.label);
  made.session = std::make_unique<Session>(http_.loop(), http_.trace(), *made.transport, session);
  made.session->open(request, stay_before_initialized);
  if (!made.session->opening().problem.empty()) made.transport->end_session(request);
  return made;
}

Connected Connector::connect(SessionOptions session, RequestOptions request, bool stay_before_initialized) {
  Connected connected;
  connected.problem = start();
  if (!connected.problem.empty()) return connected;
  if (target_.is_stdio() && request.deadline != kNever)  // a program must start first
    request.deadline = std::max(request.deadline, http_.loop().now() + target_.start_deadline);
  const TransportKind first = transport_.value_or(TransportKind::streamable_http);
  const bool told = session.era != Era::unknown;
  settle_era(session, first);
  const Micros asked = http_.loop().now();
  connected.attempts.push_back(attempt(first, session, request, stay_before_initialized));
  if (session.era == Era::unknown && may_have_stumbled(connected.attempts.front())) {
    session.era = Era::stateful;
    session.label += "-again";
    if (request.deadline != kNever) request.deadline += http_.loop().now() - asked;
    connected.attempts.push_back(attempt(first, session, request, stay_before_initialized));
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
  connected.attempts.push_back(attempt(TransportKind::http_sse, session, request, stay_before_initialized));
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
  return !http_.loop().stopped() && !exchange.failure && exchange.status() / 100 == 4 &&
         may_speak_of_transport(exchange);
}

}  // namespace mcplumb
