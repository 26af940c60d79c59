#include "conformance/runner/session_book.hpp"

#include "client/session/streamable_http.hpp"

namespace mcplumb {

nlohmann::json run_capabilities() {
  return {{"roots", nlohmann::json::object()},
          {"sampling", nlohmann::json::object()},
          {"elicitation", nlohmann::json::object()}};
}

OpenSession& SessionBook::add(SessionOptions options) {
  auto entry = std::make_unique<OpenSession>();
  entry->label = options.label;
  StreamableHttpOptions transport;
  transport.url = options_.target.url;
  transport.headers = options_.target.headers;
  transport.label = options.label;
  entry->transport = std::make_unique<StreamableHttp>(http_, std::move(transport));
  entry->session = std::make_unique<Session>(http_.loop(), http_.trace(), *entry->transport, std::move(options));
  sessions_.push_back(std::move(entry));
  return *sessions_.back();
}

OpenSession& SessionBook::open(const Wish& wish) {
  SessionOptions options;
  options.label = "s" + std::to_string(sessions_.size() + 1);
  if (!wish.revision.empty())
    options.revision = wish.revision;
  else if (!options_.revision.empty())
    options.revision = options_.revision;
  options.capabilities = wish.capabilities.is_null() ? run_capabilities() : wish.capabilities;
  options.retry_supported_version = wish.retry_supported_version;
  OpenSession& entry = add(std::move(options));
  RequestOptions request;
  static_cast<SendOptions&>(request) = wish.send;
  entry.session->open(request, !wish.confirm);
  return entry;
}

OpenSession& SessionBook::outside() {
  if (outside_ == nullptr) {
    outside_ = &add({});
    outside_->ended = true;
  }
  return *outside_;
}

void SessionBook::end(OpenSession& session, Micros deadline) {
  if (session.ended || session.transport->session_id().empty()) return;
  session.ended = true;
  SendOptions options;
  options.purpose = "end of session";
  options.deadline = deadline;
  const auto exchange = session.transport->end_session(options);
  if (exchange) http_.loop().run_until([&] { return !session.transport->running(*exchange); }, deadline);
}

void SessionBook::end_all(Micros deadline) {
  for (const auto& session : sessions_) end(*session, deadline);
}

const OpenSession* SessionBook::find(std::string_view label) const {
  for (const auto& session : sessions_)
    if (!label.empty() && session->label == label) return session.get();
  return nullptr;
}

}  // namespace mcplumb
