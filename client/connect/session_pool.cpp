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
  options.label = "s" + std::to_string(++opened_);
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
  Connected connected = connector_.connect(options, request, {!wanted.confirm, wanted.authorization});
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

void SessionPool::end(OpenSession& session, Micros deadline) {
  if (session.ended) return;
  session.ended = true;
  SendOptions options;
  options.purpose = "end of session";
  options.deadline = deadline;
  session.end = session.transport->end_session(options);
}

bool SessionPool::is_any_end(const std::function<bool(const OpenSession&)>& is) const {
  return std::any_of(sessions_.begin(), sessions_.end(), [&](const auto& session) {
    return session->end && has_http(session->transport->kind()) && is(*session);
  });
}

void SessionPool::wait_for_end(Micros deadline) {
  const auto runs = [](const OpenSession& session) { return session.transport->running(*session.end); };
  http_.loop().run_until([&] { return !is_any_end(runs); }, deadline);
}

void SessionPool::end_all(Micros deadline) {
  for (const auto& session : sessions_) end(*session, deadline);
  wait_for_end(deadline);
  wait_for_programs();
}

void SessionPool::leave_all(Micros deadline) {
  for (const auto& session : sessions_) end(*session, deadline);
  const auto is_unsent = [&](const OpenSession& session) { return !http_.sent(*session.end); };
  http_.loop().run_until([&] { return !is_any_end(is_unsent); }, deadline);
  wait_for_end(std::min(deadline, http_.loop().now() + kNearServer));
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
