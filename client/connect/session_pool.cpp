#include "client/connect/session_pool.hpp"

#include <algorithm>

namespace mcplumb {

namespace {

constexpr Micros kNearServer = 20 * kMillisecond;
constexpr Micros kProgramPatience = 10 * kSecond;  // more than the graces of its transport together

}  // namespace

OpenSession& SessionPool::add(Link link, std::string label) {
  auto entry = std::make_unique<OpenSession>();
  static_cast<Link&>(*entry) = std::move(link);
  entry->label = std::move(label);
  sessions_.push_back(std::move(entry));
  return *sessions_.back();
}

OpenSession& SessionPool::open(const OpenOptions& wanted) {
  SessionOptions options;
  options.label = "s" + std::to_string(sessions_.size() + 1);
  const std::string& revision = wanted.revision.empty() ? revision_ : wanted.revision;
  options.era = era_of(revision);
  if (!revision.empty()) options.revision = revision;
  if (!revision.empty() && !is_published_revision(revision))
    options.era = era() == Era::stateless ? Era::stateless : Era::stateful;
  options.capabilities = wanted.capabilities.is_null() ? capabilities_ : wanted.capabilities;
  options.answers = wanted.answers;
  if (!wanted.client_info.is_null()) options.client_info = wanted.client_info;
  options.at_once = wanted.at_once;
  options.retry_supported_version = wanted.retry_supported_version;
  RequestOptions request;
  static_cast<SendOptions&>(request) = wanted.send;
  request.meta = wanted.meta;
  connector_.authorize(wanted.authorization);
  Connected connected = connector_.connect(options, request, !wanted.confirm);
  connector_.authorize(std::nullopt);
  OpenSession* shown = nullptr;
  for (std::size_t i = 0; i < connected.attempts.size(); ++i) {
    const std::string label = connected.attempts[i].session->options().label;
    OpenSession& entry = add(std::move(connected.attempts[i]), label);
    if (i == connected.shown) shown = &entry;
  }
  if (first_ == nullptr) first_ = shown;
  return *shown;
}

OpenSession& SessionPool::outside() {
  if (outside_ == nullptr) {
    Link link;
    link.transport = connector_.make("");
    SessionOptions options;
    if (era() == Era::stateless) {
      options.era = Era::stateless;
      options.revision = kStatelessRevision;
      link.transport->agree_on(options.revision);
    }
    link.session = std::make_unique<Session>(http_.loop(), http_.trace(), *link.transport, options);
    outside_ = &add(std::move(link), "");
  }
  return *outside_;
}

// The exchange that says so over HTTP. Absent: there is nothing to wait for.
std::optional<std::size_t> SessionPool::say_end(OpenSession& session, Micros deadline) {
  if (session.ended) return std::nullopt;
  session.ended = true;
  SendOptions options;
  options.purpose = "end of session";
  options.deadline = deadline;
  const auto exchange = session.transport->end_session(options);
  return has_http(session.transport->kind()) ? exchange : std::nullopt;
}

void SessionPool::end(OpenSession& session, Micros deadline) {
  if (const auto exchange = say_end(session, deadline))
    http_.loop().run_until([&] { return !session.transport->running(*exchange); }, deadline);
}

void SessionPool::end_all(Micros deadline) {
  for (const auto& session : sessions_) end(*session, deadline);
  wait_for_programs();
}

void SessionPool::leave_all(Micros deadline) {
  std::vector<std::size_t> said;
  for (const auto& session : sessions_)
    if (const auto exchange = say_end(*session, deadline)) said.push_back(*exchange);
  const auto all = [&](bool (HttpClient::*done)(std::size_t) const, bool wanted) {
    return std::all_of(said.begin(), said.end(), [&](std::size_t each) { return (http_.*done)(each) == wanted; });
  };
  http_.loop().run_until([&] { return all(&HttpClient::sent, true); }, deadline);
  http_.loop().run_until([&] { return all(&HttpClient::running, false); },
                         std::min(deadline, http_.loop().now() + kNearServer));
  wait_for_programs();
}

// Each program has its own grace, after which it is killed.
void SessionPool::wait_for_programs() {
  http_.loop().run_until(
      [&] {
        return std::none_of(sessions_.begin(), sessions_.end(), [](const auto& session) {
          const auto channel = session->transport->channel();
          return !has_http(session->transport->kind()) && channel && session->transport->running(*channel);
        });
      },
      http_.loop().now() + kProgramPatience);
}

const OpenSession* SessionPool::find(std::string_view label) const {
  for (const auto& session : sessions_)
    if (!label.empty() && session->label == label) return session.get();
  return nullptr;
}

}  // namespace mcplumb
